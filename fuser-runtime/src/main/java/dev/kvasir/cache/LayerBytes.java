package dev.kvasir.cache;

import dev.kvasir.cache.CacheCodec.Coded;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A cache's layers as a file holds them, asked for in the file's order: one layer's keys or values are in memory at a time. */
final class LayerBytes implements AutoCloseable {

    private final KvCache cache;
    private final CacheCodec codec;
    private TensorScope step = TensorScope.root();
    private Supplier<ByteBuffer> steps = () -> ByteBuffer.allocate(0);

    LayerBytes(KvCache cache, CacheCodec codec) {
        this.cache = cache;
        this.codec = codec;
    }

    /** @param name {@code layers}, a number, {@code keys} or {@code values}, and perhaps {@code steps}, with dots between */
    Supplier<ByteBuffer> bytes(String name) {
        String[] path = name.split("\\.", -1);
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

    @Override
    public void close() {
        step.close();
    }
}
