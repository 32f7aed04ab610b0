package dev.kvasir.wire;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.wire.Recovery.Attack;
import dev.kvasir.wire.Recovery.Layer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Reads the tokens of a text back from a KV cache: every candidate is run through the sharer's model, and of each position the
 * candidate is taken whose values point into the direction nearest to what the cache holds there, layer by layer.
 *
 * <p>Values are compared, not keys: these are the same kind of projection of the same input, turned by a known angle. What is told is
 * no upper bound: who trains a network to invert caches, or weighs layers together, may read more.
 */
public final class TokenRecovery {

    /** Positions that all candidates which are run together take, at most, unless a text alone is longer. */
    public static final int MOST_POSITIONS = 4096;

    /** Candidates that are run together, at most. */
    private static final int BLOCK = 64;

    private final LoadedModel model;
    private final List<Integer> candidates;
    private final BooleanSupplier cancelled;

    /**
     * @param model that read the caches
     * @param candidates that the texts' tokens are among
     * @param cancelled asked between runs of the model
     */
    public TokenRecovery(LoadedModel model, List<Integer> candidates, BooleanSupplier cancelled) {
        this.model = model;
        this.candidates = List.copyOf(candidates);
        this.cancelled = cancelled;
    }

    /**
     * Reads back.
     *
     * @param shown caches of the model, all with the same layers; not changed
     * @throws CancellationException if it was cancelled
     */
    public Recovery of(List<ShownCache> shown, Attack attack) {
        List<Guesses> guesses = shown.stream().map(Guesses::new).toList();
        switch (attack) {
            case ALONE -> alone(guesses);
            case IN_CONTEXT -> guesses.forEach(this::inContext);
        }
        List<Integer> layers = shown.isEmpty() ? List.of() : shown.getFirst().layers();
        return new Recovery(
                attack,
                shown.stream().mapToInt(cache -> cache.places().size()).sum(),
                candidates.size(),
                IntStream.range(0, layers.size())
                        .mapToObj(i -> new Layer(
                                layers.get(i),
                                guesses.stream()
                                        .mapToInt(guess -> guess.recovered(i))
                                        .sum()))
                        .toList(),
                guesses.stream().mapToInt(Guesses::voted).sum());
    }

    private void alone(List<Guesses> guesses) {
        if (guesses.isEmpty()) {
            return;
        }
        List<Integer> head = head(guesses.getFirst().shown());
        for (List<Integer> block : blocks(head.size() + 1)) {
            try (KvCache cache = model.newCache(block.size(), head.size() + 1)) {
                head.forEach(id -> run(cache, Collections.nCopies(block.size(), id), List.of()));
                run(cache, block, List.of());
                guesses.forEach(guess -> compare(guess, 0, guess.shown().places(), cache, block));
            }
        }
    }

    /** The first token, unless it is the text's. */
    private static List<Integer> head(ShownCache shown) {
        return shown.places().contains(0) ? List.of() : shown.ids().subList(0, 1);
    }

    private void inContext(Guesses guess) {
        ShownCache shown = guess.shown();
        int end = shown.places().isEmpty() ? 0 : shown.places().getLast() + 1;
        for (List<Integer> block : blocks(Math.max(1, end))) {
            try (KvCache cache = model.newCache(block.size(), Math.max(1, end))) {
                for (int position = 0; position < end; position++) {
                    int place = shown.places().indexOf(position);
                    if (place >= 0) {
                        run(cache, block, shown.mask(position));
                        compare(guess, place, List.of(position), cache, block);
                        cache.truncate(position);
                    }
                    List<Integer> truth =
                            Collections.nCopies(block.size(), shown.ids().get(position));
                    run(cache, truth, shown.mask(position));
                }
            }
        }
    }

    /** Holds what is seen at some places against the last position of each candidate's row. */
    private void compare(Guesses guess, int from, List<Integer> places, KvCache rows, List<Integer> block) {
        if (places.isEmpty()) {
            return;
        }
        ShownCache shown = guess.shown();
        for (int i = 0; i < shown.layers().size(); i++) {
            int layer = shown.layers().get(i);
            try (TensorScope step = TensorScope.root(model.device())) {
                Tensor observed = WireProgram.rows(step, shown.cache(), layer, places);
                Tensor last = rows.values(step, layer, rows.length() - 1, rows.length());
                guess.offer(i, from, WireProgram.nearest(step, observed, last), block);
            }
        }
    }

    /**
     * One more token in each row.
     *
     * @param mask of every row; none if it is empty
     */
    private void run(KvCache cache, List<Integer> tokens, List<Integer> mask) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("Reading a cache back was cancelled.");
        }
        try (TensorScope step = TensorScope.root(model.device())) {
            Forward forward = Forward.ofRows(tokens.stream().map(List::of).toList(), cache);
            model.forward(step, mask.isEmpty() ? forward : forward.withMask(Collections.nCopies(tokens.size(), mask)));
        }
    }

    /** @param length positions that each candidate's row will hold */
    private List<List<Integer>> blocks(int length) {
        int rows = Math.clamp(MOST_POSITIONS / length, 1, BLOCK);
        List<List<Integer>> blocks = new ArrayList<>();
        for (int from = 0; from < candidates.size(); from += rows) {
            blocks.add(candidates.subList(from, Math.min(candidates.size(), from + rows)));
        }
        return blocks;
    }
}
