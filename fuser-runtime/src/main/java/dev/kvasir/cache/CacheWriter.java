package dev.kvasir.cache;

import dev.kvasir.cache.CacheCodec.Coded;
import dev.kvasir.cache.CacheTensors.Layout;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.model.SafetensorsWriter;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Writes a cache layer by layer: of what is stored, one layer's keys or values are in memory at a time. */
final class CacheWriter implements AutoCloseable {

    private final KvCache cache;
    private final CacheIdentity stored;
    private final CacheCodec codec;
    private TensorScope step = TensorScope.root();
    private Supplier<ByteBuffer> steps = () -> ByteBuffer.allocate(0);

    CacheWriter(KvCache cache, CacheIdentity stored, CacheCodec codec) {
        this.cache = cache;
        this.stored = stored;
        this.codec = codec;
    }

    void write(Path target) {
        SafetensorsWriter file = new SafetensorsWriter();
        CacheMetadata.of(stored, codec).forEach(file::metadata);
        file.dataDigest(CacheField.DATA.key());
        CacheOrigin origin = stored.origin();
        CachedTokens tokens = stored.tokens();
        CacheTensors tensors = new CacheTensors(
                codec,
                origin.type(),
                cache.layers(),
                origin.config().kvHeads(),
                tokens.size(),
                origin.config().headDim());
        for (String name : tensors.names()) {
            Layout layout = tensors.layout(name);
            file.add(name, layout.type(), layout.shape(), bytes(name));
        }
        file.write(target);
    }

    private Supplier<ByteBuffer> bytes(String name) {
        return switch (name) {
            case CacheTensors.IDS -> () -> integers(stored.tokens().ids());
            case CacheTensors.POSITIONS -> () -> integers(stored.tokens().positions());
            case CacheTensors.HIDDEN -> () -> hidden(stored.tokens());
            default -> layerBytes(name.split("\\.", -1));
        };
    }

    /** @param path {@code layers}, a number, {@code keys} or {@code values}, and perhaps {@code steps} */
    private Supplier<ByteBuffer> layerBytes(String... path) {
        int layer = Integer.parseInt(path[1]);
        if (path.length > 3) {
            return () -> steps.get();
        }
        return path[2].equals("keys")
                ? () -> coded(scope -> cache.keys(scope, layer))
                : () -> coded(scope -> cache.values(scope, layer));
    }

    /** The bytes of a layer's keys or values, alive until the next are asked for; its steps are kept for their turn. */
    private ByteBuffer coded(Function<TensorScope, Tensor> part) {
        step.close();
        step = TensorScope.root();
        Tensor vectors = step.move(part.apply(step));
        if (codec.lossless()) {
            return CodecProgram.PROGRAM.run(step, "copy", vectors).getFirst().memory();
        }
        Coded coded = codec.encode(step, vectors);
        steps = coded.steps()::memory;
        return coded.values().memory();
    }

    private static ByteBuffer integers(List<Integer> values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(bytes::putInt);
        return bytes.flip();
    }

    private static ByteBuffer hidden(CachedTokens tokens) {
        ByteBuffer bytes = ByteBuffer.allocate(tokens.size());
        for (int i = 0; i < tokens.size(); i++) {
            bytes.put((byte) (tokens.isHidden(i) ? 1 : 0));
        }
        return bytes.flip();
    }

    @Override
    public void close() {
        step.close();
    }
}
