package dev.kvasir.cache;

import dev.kvasir.cache.CacheTensors.Layout;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.model.SafetensorsWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Writes a cache layer by layer: of what is stored, one layer's keys or values are in memory at a time. */
final class CacheWriter implements AutoCloseable {

    private final KvCache cache;
    private final CacheIdentity stored;
    private final CacheCodec codec;
    private final LayerBytes layers;

    CacheWriter(KvCache cache, CacheIdentity stored, CacheCodec codec) {
        this.cache = cache;
        this.stored = stored;
        this.codec = codec;
        this.layers = new LayerBytes(cache, codec);
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
            default -> layers.bytes(name);
        };
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
        layers.close();
    }
}
