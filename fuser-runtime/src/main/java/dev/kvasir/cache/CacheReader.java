package dev.kvasir.cache;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.SafetensorsFile;

/** Reads a checked file's keys and values into a cache, layer by layer. */
final class CacheReader {

    private final SafetensorsFile file;
    private final CacheDescription description;

    CacheReader(SafetensorsFile file, CacheDescription description) {
        this.file = file;
        this.description = description;
    }

    KvCache read(LoadedModel model, int capacity) {
        LayerVectors layers = new LayerVectors(
                file,
                description.codec(),
                description.type(),
                description.kvHeads(),
                description.tokens(),
                description.headDim());
        KvCache cache = model.newCache(1, capacity);
        try {
            for (int layer = 0; layer < description.layers(); layer++) {
                layers.into(cache, layer);
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
}
