package dev.kvasir.operation;

import dev.kvasir.pool.ModelRecord;
import dev.kvasir.pool.Pool;
import java.util.List;
import java.util.Optional;

/** The models that operations may name: those with weights of their own. */
public final class KnownModels {

    private final Pool pool;

    public KnownModels(Pool pool) {
        this.pool = pool;
    }

    /**
     * Why a model cannot be named.
     *
     * @param key that names it
     * @return a sentence without its stop; empty if it can
     */
    public Optional<String> refusal(String key, String name) {
        List<String> known = pool.models().stream()
                .filter(ModelRecord::hasWeights)
                .map(ModelRecord::name)
                .toList();
        return known.contains(name)
                ? Optional.empty()
                : Optional.of("'%s' names model '%s', which is not registered here with weights of its own. Known: %s"
                        .formatted(key, name, known.isEmpty() ? "none" : String.join(", ", known)));
    }
}
