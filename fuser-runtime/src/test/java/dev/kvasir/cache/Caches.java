package dev.kvasir.cache;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What tests of caches begin with. */
final class Caches {

    static final ModelFingerprint FINGERPRINT = new ModelFingerprint("a".repeat(64), "b".repeat(64));
    static final TenantSalt TENANT = new TenantSalt("a tenant's salt");

    private Caches() {}

    static CacheOrigin origin(LoadedModel model) {
        return CacheOrigin.of(model, FINGERPRINT, "exact", TENANT);
    }

    /** Ids that look like no other count's or shift's. */
    static List<Integer> ids(int count, int shift) {
        return IntStream.range(0, count)
                .mapToObj(i -> (i * 7 + i * i / 5 + shift) % TinyModel.VOCABULARY)
                .toList();
    }

    static KvCache prefilled(LoadedModel model, List<Integer> ids, int capacity) {
        KvCache cache = model.newCache(1, capacity);
        next(model, cache, ids);
        return cache;
    }

    /** The logits behind more tokens. */
    static double[] next(LoadedModel model, KvCache cache, List<Integer> ids) {
        try (TensorScope scope = TensorScope.root()) {
            return new Prefill(model, () -> false)
                    .run(scope, Forward.of(ids, cache))
                    .toDoubles();
        }
    }

    /** Every key and value of the cache. */
    static List<double[]> contents(KvCache cache) {
        List<double[]> contents = new ArrayList<>();
        try (TensorScope scope = TensorScope.root()) {
            for (int layer = 0; layer < cache.layers(); layer++) {
                contents.add(cache.keys(scope, layer).toDoubles());
                contents.add(cache.values(scope, layer).toDoubles());
            }
        }
        return contents;
    }
}
