package dev.kvasir.cache;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A cache of one row as a safetensors file, layer by layer, with everything in its metadata that must be equal where it goes
 * on. Reads are bounded by the file's checked header. Files are as sensitive as the text that the cache was read from.
 *
 * <pre>{@code
 * CacheFile.save(path, cache, CacheIdentity.plain(origin, tokens), CacheCodec.NONE);
 * try (CacheFile file = CacheFile.open(path);
 *         RestoredCache restored = file.restore(model, origin, capacity)) {
 *     ... go on behind restored.cache()
 * }
 * }</pre>
 */
public final class CacheFile implements AutoCloseable {

    private final SafetensorsFile file;
    private final CacheMetadata metadata;
    private final CacheDescription description;
    private final CacheTensors tensors;

    private CacheFile(SafetensorsFile file) {
        this.file = file;
        this.metadata = CacheMetadata.read(name(file), file.metadata());
        this.description = metadata.description();
        this.tensors = CacheTensors.of(description);
        tensors.require(file, name(file));
    }

    /**
     * Writes a cache, over an old file if there is one; the file appears whole or not at all.
     *
     * @param cache of one row, finite
     * @param identity of the cache as it is; what a codec rounds is added to its lineage in the file
     * @throws IllegalArgumentException if the identity is not that of such a cache, or a value is not finite
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public static void save(Path target, KvCache cache, CacheIdentity identity, CacheCodec codec) {
        requireFits(cache, identity);
        OptionalInt spoilt = cache.firstNonFiniteLayer();
        if (spoilt.isPresent()) {
            throw new IllegalArgumentException(
                    "Layer %d of the cache holds numbers that are not finite, so it is not saved; read the prompt again."
                            .formatted(spoilt.getAsInt()));
        }
        CacheIdentity stored = codec.lossless()
                ? identity
                : identity.with(new Lineage.Coded(codec, identity.tokens().size()));
        try (CacheWriter writer = new CacheWriter(cache, stored, codec)) {
            writer.write(target);
        }
    }

    /** Refuses a cache of other positions than its identity's. */
    private static void requireFits(KvCache cache, CacheIdentity identity) {
        requireHolds(cache, identity);
        if (cache.length() != identity.tokens().size()) {
            throw misfit(cache, identity);
        }
    }

    /** Refuses a cache that does not hold an identity's positions, from the first on. */
    static void requireHolds(KvCache cache, CacheIdentity identity) {
        CacheOrigin origin = identity.origin();
        int count = identity.tokens().size();
        if (!cache.shape().equals(shape(origin, cache.length()))
                || cache.layers() != origin.config().layers()
                || cache.elementType() != origin.type()
                || count == 0
                || cache.length() < count) {
            throw misfit(cache, identity);
        }
    }

    private static List<Integer> shape(CacheOrigin origin, int length) {
        return List.of(1, origin.config().kvHeads(), length, origin.config().headDim());
    }

    private static IllegalArgumentException misfit(KvCache cache, CacheIdentity identity) {
        CacheOrigin origin = identity.origin();
        return new IllegalArgumentException(
                "A cache of %d layers %s in %s is not what its identity says: %d layers %s in %s, with at least one token."
                        .formatted(
                                cache.layers(),
                                cache.shape(),
                                cache.elementType(),
                                origin.config().layers(),
                                shape(origin, identity.tokens().size()),
                                origin.type()));
    }

    /**
     * Opens a file and checks its header: every field, and every tensor's type, shape and place.
     *
     * @throws ModelInvalidException if it is no safetensors file
     * @throws CacheRefusedException naming what is not as it must be in a cache's file
     */
    public static CacheFile open(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        try {
            return new CacheFile(file);
        } catch (RuntimeException | Error fault) {
            file.close();
            throw fault;
        }
    }

    public CacheDescription description() {
        return description;
    }

    /**
     * Reads all data once and checks them: their digest, that every number is finite, and ids and positions are 0 or more.
     *
     * @throws CacheRefusedException if one is not as it must be
     */
    public void verify() {
        String digest = new DataCheck(name(file)).digest(file, tensors);
        metadata.require(CacheField.DATA, digest);
        tokens();
    }

    /** The tokens the cache stands for. */
    public CachedTokens tokens() {
        IntBuffer ids = file.readBytes(CacheTensors.IDS).asIntBuffer();
        IntBuffer positions = file.readBytes(CacheTensors.POSITIONS).asIntBuffer();
        ByteBuffer hidden = file.readBytes(CacheTensors.HIDDEN);
        List<Integer> idList = new ArrayList<>();
        List<Integer> positionList = new ArrayList<>();
        List<Boolean> hiddenList = new ArrayList<>();
        for (int i = 0; i < description.tokens(); i++) {
            idList.add(ids.get(i));
            positionList.add(positions.get(i));
            hiddenList.add(hidden.get(i) != 0);
        }
        try {
            return new CachedTokens(idList, positionList, hiddenList);
        } catch (IllegalArgumentException negative) {
            throw CacheRefusedException.malformed(name(file), "tokens", "have ids or positions below 0");
        }
    }

    /**
     * Checks everything, then reads the cache. Nothing of the model's is touched, and no tensor made, before all is checked.
     *
     * @param expected what a cache of this model, profile and tenant says of itself
     * @param capacity positions to make room for; at least as many as are stored
     * @return the cache, which the caller closes, and its identity
     * @throws CacheRefusedException naming what does not fit, both values, and what mends it
     */
    public RestoredCache restore(LoadedModel model, CacheOrigin expected, int capacity) {
        if (expected.type() != model.elementType() || !expected.config().equals(model.config())) {
            throw new IllegalArgumentException(
                    "The origin given is not that of the model %s; make it with CacheOrigin.of."
                            .formatted(model.name()));
        }
        CacheIdentity identity = checked(expected);
        if (capacity < identity.tokens().size()) {
            throw CacheRefusedException.malformed(
                    name(file),
                    "tokens",
                    "are %d, but there is room for %d only"
                            .formatted(identity.tokens().size(), capacity));
        }
        KvCache cache = new CacheReader(file, description).read(model, capacity);
        return new RestoredCache(cache, identity);
    }

    /**
     * Checks everything but reads no cache.
     *
     * @return what the cache is the cache of
     * @throws CacheRefusedException naming what does not fit, both values, and what mends it
     */
    public CacheIdentity checked(CacheOrigin expected) {
        for (Map.Entry<CacheField, String> fact : expected.facts().entrySet()) {
            metadata.require(fact.getKey(), fact.getValue());
        }
        verify();
        CachedTokens tokens = tokens();
        requireKnown(tokens.ids(), "id", expected.config().vocabularySize());
        requireKnown(tokens.positions(), "position", expected.config().contextLength());
        metadata.require(
                CacheField.FIRST_POSITION, String.valueOf(tokens.positions().getFirst()));
        TokenChain chain = TokenChain.of(expected.seed(), tokens);
        metadata.require(CacheField.TOKEN_CHAIN, String.join(",", chain.links()));
        if (description.lineage().extent() > tokens.size()) {
            throw CacheRefusedException.malformed(name(file), "lineage", "reaches beyond its tokens");
        }
        CacheIdentity identity = new CacheIdentity(expected, tokens, description.lineage());
        metadata.require(CacheField.IDENTITY, identity.digest());
        return identity;
    }

    private void requireKnown(List<Integer> numbers, String what, int limit) {
        int largest = Collections.max(numbers);
        if (largest >= limit) {
            throw CacheRefusedException.malformed(
                    name(file), "tokens", "name %s %d, but the model has %d".formatted(what, largest, limit));
        }
    }

    private static String name(SafetensorsFile file) {
        return String.valueOf(file.path().getFileName());
    }

    @Override
    public void close() {
        file.close();
    }
}
