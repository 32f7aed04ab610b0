package dev.kvasir.cache;

import dev.kvasir.cache.CacheCodec.Coded;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.nio.ByteBuffer;

/** The layers of a checked file as a cache holds them. */
record LayerVectors(SafetensorsFile file, CacheCodec codec, ElementType type, int kvHeads, int tokens, int headDim) {

    /** Writes a layer from the first position on; the cache does not hold it until it is extended. */
    void into(KvCache cache, int layer) {
        try (TensorScope step = TensorScope.root()) {
            Tensor keys = vectors(step, CacheTensors.keys(layer));
            Tensor values = vectors(step, CacheTensors.values(layer));
            cache.write(layer, 0, keys, values);
        }
    }

    /** {@code [1, kvHeads, tokens, headDim]}. */
    private Tensor vectors(TensorScope scope, String part) {
        return switch (codec) {
            case NONE -> tensor(scope, part, type, headDim);
            case INT8 -> decoded(scope, part, ElementType.I8, headDim);
            case INT4 -> decoded(scope, part, ElementType.U8, (headDim + 1) / 2);
        };
    }

    private Tensor decoded(TensorScope scope, String part, ElementType stored, int width) {
        Tensor values = tensor(scope, part, stored, width);
        ByteBuffer steps = file.readBytes(CacheTensors.steps(part));
        Coded coded = new Coded(values, copied(scope, steps, CacheCodec.stepType(type), 1, kvHeads, tokens));
        return codec.decode(scope, coded, headDim, type);
    }

    private Tensor tensor(TensorScope scope, String name, ElementType stored, int width) {
        return copied(scope, file.readBytes(name), stored, 1, kvHeads, tokens, width);
    }

    private static Tensor copied(TensorScope scope, ByteBuffer bytes, ElementType type, long... shape) {
        Tensor tensor = scope.empty(type, shape);
        tensor.memory().put(bytes);
        return tensor;
    }
}
