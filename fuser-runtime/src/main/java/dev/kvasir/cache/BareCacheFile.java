package dev.kvasir.cache;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.SafetensorsWriter;
import dev.kvasir.torch.ElementType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Some layers of a cache of one row as a safetensors file that does not say of which tokens: no ids, no positions, no chain and no
 * digest of them, by which a guessed text could be tried. It does say how many there are, and of what architecture.
 *
 * <p>It is for another model's worker that must not know the text. Positions are 0, 1, 2, ... and nothing is padding, unless the note
 * says more. The digest guards against damage, not against someone who writes a new one.
 */
public final class BareCacheFile implements AutoCloseable {

    private static final String FORMAT = "kvasir bare kv cache";
    private static final String VERSION = "1";
    private static final String DATA = "data_sha256";
    private static final int LONGEST_NOTE = 1 << 20;

    private final SafetensorsFile file;
    private final Map<String, String> metadata;
    private final List<Integer> layers;
    private final int tokens;
    private final CacheCodec codec;

    private BareCacheFile(SafetensorsFile file) {
        this.file = file;
        this.metadata = file.metadata();
        require("format", FORMAT);
        require("format_version", VERSION);
        this.tokens = number(get("tokens"));
        this.layers = layers(get("layers"));
        this.codec = CacheCodec.named(get("codec")).orElseThrow(() -> malformed("codec", "is not known here"));
    }

    /**
     * Writes a cache's layers; the file appears whole or not at all, for its owner to read.
     *
     * @param cache of one row, finite where it is written, holding something
     * @param layers that are written; none is enough to tell how many positions there are
     * @param config of the model that read it
     * @param note what whoever restores it has to know besides
     */
    public static void save(
            Path target, KvCache cache, List<Integer> layers, CacheCodec codec, ModelConfig config, String note) {
        if (cache.rows() != 1 || cache.length() == 0 || note.length() > LONGEST_NOTE) {
            throw new IllegalArgumentException(
                    "A bare cache has one row, a position and a short note, not %d rows, %d positions and %d characters."
                            .formatted(cache.rows(), cache.length(), note.length()));
        }
        OptionalInt spoilt = cache.firstNonFiniteLayer();
        if (spoilt.isPresent()) {
            throw new IllegalArgumentException(
                    "Layer %d of the cache holds numbers that are not finite, so it is not handed on; read the prompt again."
                            .formatted(spoilt.getAsInt()));
        }
        List<Integer> chosen = List.copyOf(new TreeSet<>(layers));
        SafetensorsWriter file = new SafetensorsWriter();
        file.metadata("format", FORMAT).metadata("format_version", VERSION);
        architecture(config, cache.elementType()).forEach(file::metadata);
        file.metadata("tokens", String.valueOf(cache.length()));
        file.metadata("layers", chosen.stream().map(String::valueOf).collect(Collectors.joining(",")));
        file.metadata("codec", codec.text());
        file.metadata("note", note);
        file.dataDigest(DATA);
        CacheTensors tensors = CacheTensors.bare(
                codec, cache.elementType(), chosen, config.kvHeads(), cache.length(), config.headDim());
        try (LayerBytes bytes = new LayerBytes(cache, codec)) {
            for (String name : tensors.names()) {
                CacheTensors.Layout layout = tensors.layout(name);
                file.add(name, layout.type(), layout.shape(), bytes.bytes(name));
            }
            file.write(target);
        }
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws dev.kvasir.model.ModelInvalidException if it is no safetensors file
     * @throws CacheRefusedException if its header is not as it must be
     */
    public static BareCacheFile open(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        try {
            return new BareCacheFile(file);
        } catch (RuntimeException | Error fault) {
            file.close();
            throw fault;
        }
    }

    /** Positions that it stands for. */
    public int tokens() {
        return tokens;
    }

    /** The layers that it holds, ascending. */
    public List<Integer> layers() {
        return layers;
    }

    public String note() {
        return get("note");
    }

    /**
     * Checks everything, then reads the layers; what stands in others is not to be looked at.
     *
     * @param model of the same architecture
     * @param capacity positions to make room for; at least as many as are stored
     * @return a cache of all the positions, which the caller closes
     * @throws CacheRefusedException naming what does not fit, both values, and what mends it
     */
    public KvCache restore(LoadedModel model, int capacity) {
        ModelConfig config = model.config();
        architecture(config, model.elementType()).forEach(this::require);
        if (tokens > Math.min(capacity, config.contextLength())) {
            throw malformed("tokens", "are %d, but there is room for %d only".formatted(tokens, capacity));
        }
        if (!layers.isEmpty() && layers.getLast() >= config.layers()) {
            throw malformed("layers", "reach to %d, but the model has %d".formatted(layers.getLast(), config.layers()));
        }
        CacheTensors tensors =
                CacheTensors.bare(codec, model.elementType(), layers, config.kvHeads(), tokens, config.headDim());
        tensors.require(file, name());
        require(DATA, new DataCheck(name()).digest(file, tensors));
        LayerVectors vectors =
                new LayerVectors(file, codec, model.elementType(), config.kvHeads(), tokens, config.headDim());
        KvCache cache = model.newCache(1, capacity);
        try {
            layers.forEach(layer -> vectors.into(cache, layer));
            cache.extend(tokens);
            return cache;
        } catch (RuntimeException | Error fault) {
            cache.close();
            throw fault;
        }
    }

    private static Map<String, String> architecture(ModelConfig config, ElementType type) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("family", config.family().name());
        facts.put("dtype", type.name());
        facts.put("model_layers", String.valueOf(config.layers()));
        facts.put("kv_heads", String.valueOf(config.kvHeads()));
        facts.put("head_dim", String.valueOf(config.headDim()));
        facts.put("keys", "post-rope");
        facts.put("rope", CacheOrigin.text(config.rope()));
        facts.put("sliding_rope", CacheOrigin.text(config.slidingRope()));
        facts.put("windows", config.windows().stream().map(String::valueOf).collect(Collectors.joining(",")));
        return facts;
    }

    private String get(String key) {
        String value = metadata.get(key);
        if (value == null) {
            throw malformed(key, "is missing");
        }
        return value;
    }

    private void require(String key, String expected) {
        if (!get(key).equals(expected)) {
            throw CacheRefusedException.other(name(), key, get(key), expected);
        }
    }

    private List<Integer> layers(String text) {
        List<Integer> numbers = text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(this::number).toList();
        if (!numbers.equals(List.copyOf(new TreeSet<>(numbers)))) {
            throw malformed("layers", "are not ascending");
        }
        return numbers;
    }

    private int number(String text) {
        if (!text.matches("0|[1-9]\\d{0,6}")) {
            throw malformed("header", "says '%s' where a number must be".formatted(CacheRefusedException.shown(text)));
        }
        return Integer.parseInt(text);
    }

    private CacheRefusedException malformed(String place, String rule) {
        return CacheRefusedException.malformed(name(), place, rule);
    }

    private String name() {
        return String.valueOf(file.path().getFileName());
    }

    @Override
    public void close() {
        file.close();
    }
}
