package dev.kvasir.cache;

import dev.kvasir.cache.PrefixLease.Piece;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.ModelConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prefixes of one loaded model's caches, kept in memory up to a number of bytes, so that what several prompts begin with is
 * read once. For any number of threads.
 *
 * <p>A prefix lies in blocks of {@link TokenChain#CHUNK} tokens, each found by the hash of everything up to its end, and a
 * shorter one behind them whose tokens are compared one by one. What is found has the same ids at the same positions, the
 * same origin (model, tokenizer, profile, type, tenant) and the same lineage: a fused cache is never found for an unfused
 * prompt, nor the other way round.
 *
 * <p>When room is needed, the block is dropped that is cheapest to read again for its bytes, counted from its last use
 * (GreedyDual, as in web caches); never one that is leased, or on which another builds.
 */
public final class PrefixStore implements AutoCloseable {

    private final LoadedModel model;
    private final long maxBytes;
    private final Map<String, PrefixBlock> byLink = new HashMap<>();
    private final Map<String, List<PrefixBlock>> byParent = new HashMap<>();
    private double age;
    private long bytes;
    private long searches;
    private long hits;
    private long tokensWanted;
    private long tokensFound;
    private long evictions;
    private long refusals;

    /**
     * An empty store.
     *
     * @param model stays loaded as long as the store is used
     * @param maxBytes of keys and values, at most
     */
    public PrefixStore(LoadedModel model, long maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException(
                    "A store of prefixes holds 0 bytes or more, not %d.".formatted(maxBytes));
        }
        this.model = model;
        this.maxBytes = maxBytes;
    }

    /**
     * Finds the longest stored prefix.
     *
     * @param wanted a fused cache's prefix is found only as far as it reaches beyond all that was fused
     * @return a lease, which the caller closes; of length 0 if nothing was found
     */
    public synchronized PrefixLease find(CacheIdentity wanted) {
        List<Piece> pieces = wanted.origin().type() == model.elementType() ? longest(wanted) : List.of();
        int found = pieces.stream().mapToInt(Piece::count).sum();
        if (found < wanted.lineage().extent()) {
            pieces = List.of();
            found = 0;
        }
        searches++;
        tokensWanted += wanted.tokens().size();
        tokensFound += found;
        hits += found > 0 ? 1 : 0;
        pieces.forEach(piece -> {
            piece.block().lease();
            piece.block().use(age);
        });
        return new PrefixLease(this, pieces);
    }

    private List<Piece> longest(CacheIdentity wanted) {
        List<Piece> pieces = new ArrayList<>();
        CachedTokens tokens = wanted.tokens();
        String link = wanted.prefixSeed();
        int at = 0;
        while (at < tokens.size()) {
            Optional<Piece> piece = next(link, tokens, at);
            if (piece.isEmpty()) {
                break;
            }
            pieces.add(piece.get());
            if (piece.get().count() < TokenChain.CHUNK) {
                break;
            }
            link = piece.get().block().link();
            at += TokenChain.CHUNK;
        }
        return pieces;
    }

    /** The block with most of the next tokens. */
    private Optional<Piece> next(String link, CachedTokens tokens, int at) {
        if (tokens.size() - at >= TokenChain.CHUNK) {
            PrefixBlock whole = byLink.get(TokenChain.link(link, tokens, at, at + TokenChain.CHUNK));
            if (whole != null) {
                return Optional.of(new Piece(whole, TokenChain.CHUNK));
            }
        }
        return children(link).stream()
                .map(block -> new Piece(block, tokens.commonPrefix(at, block.tokens())))
                .filter(piece -> piece.count() > 0)
                .max(Comparator.comparingInt(Piece::count));
    }

    /**
     * Stores a copy of a cache, as far as it is not there and there is room for it.
     *
     * @param identity of the cache's first positions, at least one
     * @param cache of one row, of the store's model; left as it is, and what it holds behind those positions is not stored
     * @return how many of its tokens can be found from now on
     * @throws IllegalArgumentException if the cache is not what the identity says, or of another model
     */
    public synchronized int put(CacheIdentity identity, KvCache cache) {
        CacheFile.requireHolds(cache, identity);
        if (!identity.origin().config().equals(model.config())
                || identity.origin().type() != model.elementType()) {
            throw new IllegalArgumentException("This store keeps prefixes of %s in %s, not of %s in %s."
                    .formatted(
                            model.name(),
                            model.elementType(),
                            identity.origin().model(),
                            identity.origin().type()));
        }
        List<PrefixBlock> path = new ArrayList<>();
        try {
            return put(identity, cache, path);
        } finally {
            path.forEach(PrefixBlock::release);
        }
    }

    /** @param path leased meanwhile, so that making room for a block never drops those before it */
    private int put(CacheIdentity identity, KvCache cache, List<PrefixBlock> path) {
        CachedTokens tokens = identity.tokens();
        String link = identity.prefixSeed();
        int at = 0;
        while (at < tokens.size()) {
            int to = Math.min(at + TokenChain.CHUNK, tokens.size());
            Optional<PrefixBlock> block = stored(link, tokens.part(at, to));
            if (block.isEmpty()) {
                block = store(link, tokens.part(at, to), cache, at);
            }
            if (block.isEmpty()) {
                return at;
            }
            block.get().lease();
            block.get().use(age);
            path.add(block.get());
            link = block.get().link();
            at = to;
        }
        return at;
    }

    /** A block that has these tokens, and perhaps more behind them. */
    private Optional<PrefixBlock> stored(String parent, CachedTokens tokens) {
        return children(parent).stream()
                .filter(block -> tokens.commonPrefix(0, block.tokens()) == tokens.size())
                .findFirst();
    }

    private Optional<PrefixBlock> store(String parent, CachedTokens tokens, KvCache cache, int from) {
        List<PrefixBlock> shorter = children(parent).stream()
                .filter(PrefixBlock::evictable)
                .filter(block ->
                        block.tokens().commonPrefix(0, tokens) == block.tokens().size())
                .toList();
        shorter.forEach(this::remove);
        if (!makeRoom(model.cacheBytes(1, tokens.size()))) {
            refusals++;
            return Optional.empty();
        }
        KvCache copy = model.newCache(1, tokens.size());
        copy.append(cache, from, from + tokens.size());
        PrefixBlock block = new PrefixBlock(parent, tokens, copy, cost(from, tokens.size()));
        byLink.put(block.link(), block);
        byParent.computeIfAbsent(parent, _ -> new ArrayList<>()).add(block);
        Optional.ofNullable(byLink.get(parent)).ifPresent(PrefixBlock::addChild);
        bytes += copy.bytes();
        return Optional.of(block);
    }

    /** Multiplications to read some positions again: linear layers, and attention to all before. */
    private double cost(int from, int count) {
        ModelConfig config = model.config();
        double width = config.headDim();
        double linear = config.hiddenSize() * width * 2.0 * (config.heads() + config.kvHeads())
                + 3.0 * config.hiddenSize() * config.intermediateSize();
        double attention = 2 * width * config.heads() * (from + count / 2.0);
        return config.layers() * count * (linear + attention);
    }

    private boolean makeRoom(long needed) {
        if (needed > maxBytes) {
            return false;
        }
        while (bytes + needed > maxBytes) {
            Optional<PrefixBlock> cheapest = blocks().stream()
                    .filter(PrefixBlock::evictable)
                    .min(Comparator.comparingDouble(PrefixBlock::priority));
            if (cheapest.isEmpty()) {
                return false;
            }
            age = Math.max(age, cheapest.get().priority());
            remove(cheapest.get());
            evictions++;
        }
        return true;
    }

    private void remove(PrefixBlock block) {
        byLink.remove(block.link());
        List<PrefixBlock> siblings = children(block.parent());
        siblings.remove(block);
        if (siblings.isEmpty()) {
            byParent.remove(block.parent());
        }
        Optional.ofNullable(byLink.get(block.parent())).ifPresent(PrefixBlock::removeChild);
        bytes -= block.cache().bytes();
        block.cache().close();
    }

    private List<PrefixBlock> children(String parent) {
        return byParent.getOrDefault(parent, List.of());
    }

    private Collection<PrefixBlock> blocks() {
        return byLink.values();
    }

    synchronized void release(List<Piece> pieces) {
        pieces.forEach(piece -> piece.block().release());
    }

    public synchronized PrefixStatistics statistics() {
        return new PrefixStatistics(
                searches, hits, tokensWanted, tokensFound, bytes, byLink.size(), evictions, refusals);
    }

    /**
     * Drops everything.
     *
     * @throws IllegalStateException if a lease is still open
     */
    @Override
    public synchronized void close() {
        if (blocks().stream().anyMatch(PrefixBlock::leased)) {
            throw new IllegalStateException("A prefix is still leased; close its lease first.");
        }
        blocks().forEach(block -> block.cache().close());
        byLink.clear();
        byParent.clear();
        bytes = 0;
    }
}
