package dev.kvasir.cache;

import dev.kvasir.cache.CacheCodec.Coded;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.nio.ByteBuffer;

/** Reads a checked file's keys and values into a cache, layer by layer. */
final class CacheReader {

    private final SafetensorsFile file;
    private final CacheDescription description;

    CacheReader(SafetensorsFile file, CacheDescription description) {
        this.file = file;
        this.description = description;
    }

    KvCache read(LoadedModel model, int capacity) {
        KvCache cache = model.newCache(1, capacity);
        try {
            for (int layer = 0; layer < description.layers(); layer++) {
                try (TensorScope step = TensorScope.root()) {
                    Tensor keys = vectors(step, CacheTensors.keys(layer));
                    Tensor values = vectors(step, CacheTensors.values(layer));
                    cache.write(layer, 0, keys, values);
                }
            }
            cache.extend(description.tokens());
            description.lineage().steps().forEach(lineage -> leaveBlank(lineage, cache));
            return cache;
        } catch (RuntimeException | Error fault) {
            cache.close();
            throw fault;
        }
    }

    private static void leaveBlank(Lineage.Step lineage, KvCache cache) {
        if (lineage instanceof Lineage.Prepended prepended) {
            for (int layer = 0; layer < cache.layers(); layer++) {
                if (!prepended.layers().contains(layer)) {
                    cache.blank(layer, Math.min(prepended.tokens(), cache.length()));
                }
            }
        }
    }

    /** {@code [1, kvHeads, tokens, headDim]}. */
    private Tensor vectors(TensorScope scope, String part) {
        int headDim = description.headDim();
        return switch (description.codec()) {
            case NONE -> tensor(scope, part, description.type(), headDim);
            case INT8 -> decoded(scope, part, ElementType.I8, headDim);
            case INT4 -> decoded(scope, part, ElementType.U8, (headDim + 1) / 2);
        };
    }

    private Tensor decoded(TensorScope scope, String part, ElementType type, int width) {
        Tensor values = tensor(scope, part, type, width);
        ByteBuffer steps = file.readBytes(CacheTensors.steps(part));
        Coded coded = new Coded(
                values,
                copied(
                        scope,
                        steps,
                        CacheCodec.stepType(description.type()),
                        1,
                        description.kvHeads(),
                        description.tokens()));
        return description.codec().decode(scope, coded, description.headDim(), description.type());
    }

    private Tensor tensor(TensorScope scope, String name, ElementType type, int width) {
        return copied(scope, file.readBytes(name), type, 1, description.kvHeads(), description.tokens(), width);
    }

    private static Tensor copied(TensorScope scope, ByteBuffer bytes, ElementType type, long... shape) {
        Tensor tensor = scope.empty(type, shape);
        tensor.memory().put(bytes);
        return tensor;
    }
}
