package dev.kvasir.cache;

import dev.kvasir.model.SafetensorsEntry;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.StoredType;
import dev.kvasir.model.TensorShape;
import dev.kvasir.torch.ElementType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tensors a cache's file holds, in order: the tokens, then layer by layer its keys and its values, each followed by
 * its steps where a codec has some.
 */
final class CacheTensors {

    static final String IDS = "token_ids";
    static final String POSITIONS = "positions";
    static final String HIDDEN = "hidden";
    private static final String STEPS = ".steps";

    /** How one of them is stored. */
    record Layout(StoredType type, TensorShape shape) {}

    private final CacheCodec codec;
    private final ElementType type;
    private final Map<String, Layout> layouts = new LinkedHashMap<>();

    private CacheTensors(CacheCodec codec, ElementType type) {
        this.codec = codec;
        this.type = type;
    }

    /** Of a whole cache: its tokens, and all its layers. */
    CacheTensors(CacheCodec codec, ElementType type, int layers, int kvHeads, int tokens, int headDim) {
        this(codec, type);
        layouts.put(IDS, new Layout(StoredType.I32, TensorShape.of(tokens)));
        layouts.put(POSITIONS, new Layout(StoredType.I32, TensorShape.of(tokens)));
        layouts.put(HIDDEN, new Layout(StoredType.U8, TensorShape.of(tokens)));
        for (int layer = 0; layer < layers; layer++) {
            add(keys(layer), kvHeads, tokens, headDim);
            add(values(layer), kvHeads, tokens, headDim);
        }
    }

    /** Of some layers, and nothing that says of which tokens. */
    static CacheTensors bare(
            CacheCodec codec, ElementType type, List<Integer> layers, int kvHeads, int tokens, int headDim) {
        CacheTensors tensors = new CacheTensors(codec, type);
        for (int layer : layers) {
            tensors.add(keys(layer), kvHeads, tokens, headDim);
            tensors.add(values(layer), kvHeads, tokens, headDim);
        }
        return tensors;
    }

    static CacheTensors of(CacheDescription file) {
        return new CacheTensors(
                file.codec(), file.type(), file.layers(), file.kvHeads(), file.tokens(), file.headDim());
    }

    static String keys(int layer) {
        return "layers.%d.keys".formatted(layer);
    }

    static String values(int layer) {
        return "layers.%d.values".formatted(layer);
    }

    static String steps(String part) {
        return part + STEPS;
    }

    static boolean isSteps(String name) {
        return name.endsWith(STEPS);
    }

    private void add(String part, int kvHeads, int tokens, int headDim) {
        switch (codec) {
            case NONE -> layouts.put(part, new Layout(stored(type), TensorShape.of(kvHeads, tokens, headDim)));
            case INT8 -> layouts.put(part, new Layout(StoredType.I8, TensorShape.of(kvHeads, tokens, headDim)));
            case INT4 ->
                layouts.put(part, new Layout(StoredType.U8, TensorShape.of(kvHeads, tokens, (headDim + 1L) / 2)));
        }
        if (!codec.lossless()) {
            layouts.put(steps(part), new Layout(stored(CacheCodec.stepType(type)), TensorShape.of(kvHeads, tokens)));
        }
    }

    Layout layout(String name) {
        Layout layout = layouts.get(name);
        if (layout == null) {
            throw new IllegalArgumentException("A cache's file has no tensor " + name);
        }
        return layout;
    }

    /** Their names, in the file's order. */
    List<String> names() {
        return List.copyOf(layouts.keySet());
    }

    /**
     * Checks that a file holds these, in this order, and nothing else.
     *
     * @throws CacheRefusedException naming the tensor
     */
    void require(SafetensorsFile file, String fileName) {
        long at = 0;
        for (Map.Entry<String, Layout> expected : layouts.entrySet()) {
            String name = expected.getKey();
            if (!file.names().contains(name)) {
                throw CacheRefusedException.malformed(fileName, "tensor " + name, "is missing");
            }
            SafetensorsEntry entry = file.entry(name);
            if (!new Layout(entry.type(), entry.shape()).equals(expected.getValue())) {
                throw CacheRefusedException.malformed(
                        fileName,
                        "tensor " + name,
                        "is %s %s, but its metadata say %s %s"
                                .formatted(
                                        entry.type(),
                                        entry.shape(),
                                        expected.getValue().type(),
                                        expected.getValue().shape()));
            }
            if (entry.begin() != at) {
                throw CacheRefusedException.malformed(fileName, "tensor " + name, "is not where the layout says");
            }
            at = entry.end();
        }
        if (file.names().size() != layouts.size()) {
            throw CacheRefusedException.malformed(
                    fileName,
                    "data",
                    "hold %d tensors, not %d".formatted(file.names().size(), layouts.size()));
        }
    }

    static StoredType stored(ElementType type) {
        return StoredType.valueOf(type.name());
    }
}
