package dev.kvasir.graph;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** The models, fusers and tools that graphs may name, as their headers describe them; nothing is loaded. */
public interface Registry {

    /** Finds a model by {@code name} or {@code name@<8 or more hex digits of its digest>}. */
    Optional<Model> model(String name);

    Optional<Fuser> fuser(String name);

    /** Every registered model's name, sorted. */
    List<String> modelNames();

    /** Every registered fuser, the preferred one of a pair first. */
    List<Fuser> fusers();

    /** The pools that have a worker now, sorted; empty while none is known. */
    default List<String> pools() {
        return List.of();
    }

    /** Full names of the tools that can be called now, sorted, such as {@code builtin:calculator}. */
    default List<String> toolNames() {
        return List.of();
    }

    /** The JSON Schema of a tool's arguments; empty if there is no such tool. */
    default Optional<JsonNode> tool(String name) {
        return Optional.empty();
    }

    /** Memory of the largest device that a worker offers; empty while no worker is known. */
    OptionalLong largestDeviceBytes();

    /**
     * A registered model.
     *
     * @param digest SHA-256, lower-case hex, of what it computes with
     * @param cache the shape of its KV cache; meaningless unless it is {@link Location#LOCAL}
     * @param contextLength most positions; 0 when unknown
     * @param sizeInBytes of its weights; 0 when they are not here
     */
    record Model(String name, String digest, Location location, CacheShape cache, int contextLength, long sizeInBytes) {

        /** Whether a name in a fuser or a graph means this model: its name, its name with a digest, or its digest. */
        public boolean isNamed(String other) {
            return name.equals(other) || digest.equals(other) || other.startsWith(name + "@");
        }

        public boolean isSameRevisionAs(Model other) {
            return digest.equals(other.digest);
        }
    }

    /** Where a model runs. */
    enum Location {
        LOCAL,
        REMOTE,
        /** Answers without weights and without a KV cache, such as {@code echo}. */
        BUILT_IN
    }

    /**
     * What a KV cache looks like.
     *
     * @param family such as {@code qwen2} or {@code llama}
     */
    record CacheShape(String family, int layers, int kvHeads, int headDim) {

        public static final CacheShape NONE = new CacheShape("none", 0, 0, 0);

        /** Whether a layer fuser made for the other shape fits; the family does not matter. */
        public boolean fits(CacheShape other) {
            return layers == other.layers && kvHeads == other.kvHeads && headDim == other.headDim;
        }
    }

    /** A registered fuser. */
    record Fuser(String name, String digest, End sharer, End receiver) {}

    /**
     * One end of a fuser.
     *
     * @param model the name of the model it was trained with
     * @param digest of that model; empty when the fuser does not say
     */
    record End(String model, String digest, CacheShape cache) {

        boolean is(Model other) {
            return other.isNamed(model) || (!digest.isEmpty() && digest.equals(other.digest()));
        }

        boolean isOtherRevisionOf(Model other) {
            return !digest.isEmpty() && !digest.equals(other.digest());
        }
    }
}
