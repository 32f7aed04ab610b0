package dev.kvasir.fuser;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Runs a golden case's prompt through {@link FusedPrefill} and decodes greedily from it. */
final class GoldenFlow implements AutoCloseable {

    /** What decoding may look at. */
    enum Decode {
        /** Every real token, at positions that go on from each row's last. */
        FULL_MASK,
        /** As the reference does: every position in the cache, padding too. */
        REFERENCE
    }

    /**
     * Greedy tokens, and the logits they were chosen from.
     *
     * @param scores of the first steps, {@code [rows, steps, vocabulary]} flattened per row and step
     */
    record Decoded(List<List<Integer>> ids, List<double[]> scores) {}

    private final JsonNode golden;
    private final GoldenPair pair;
    private final FuseRequest request;
    private final List<PromptRows> sharerPrompts = new ArrayList<>();
    private final TensorScope scope = TensorScope.root();
    private final List<Runnable> closing = new ArrayList<>();

    GoldenFlow(JsonNode golden, ElementType type) {
        this.golden = golden;
        this.pair = GoldenPair.of(golden, type);
        List<Section> sections = new ArrayList<>();
        for (JsonNode section : golden.get("sections")) {
            sections.add(new Section(
                    section.get("len").asInt(), section.get("row").get(0).asInt()));
        }
        int lastLogits = Math.min(3, sections.getLast().length());
        this.request = new FuseRequest(prompt(0), sections, lastLogits);
        for (int i = 0; i < pair.sharers().size(); i++) {
            sharerPrompts.add(prompt(i + 1).at(request.prompt().positions()));
        }
    }

    private PromptRows prompt(int model) {
        return new PromptRows(rows("input_ids", model), rows("position_ids", model), rows("attention_mask", model));
    }

    /** One list of rows for all models, or one for each; none if the case gives none. */
    private List<List<Integer>> rows(String name, int model) {
        JsonNode given = golden.get(name);
        if (given == null || given.isNull()) {
            return List.of();
        }
        JsonNode rows = given.get(0).get(0).isArray() ? given.get(model) : given;
        List<List<Integer>> lists = new ArrayList<>();
        for (JsonNode row : rows) {
            List<Integer> list = new ArrayList<>();
            row.forEach(value -> list.add((int) value.asDouble()));
            lists.add(list);
        }
        return lists;
    }

    FuseRequest request() {
        return request;
    }

    LoadedModel receiver() {
        return pair.receiver();
    }

    GoldenPair pair() {
        return pair;
    }

    FusionMode mode() {
        return FusionMode.valueOf(golden.get("mode").asString().toUpperCase(Locale.ROOT));
    }

    KvCache newCache(int room) {
        PromptRows prompt = request.prompt();
        KvCache cache = pair.receiver().newCache(prompt.rows(), prompt.length() + room);
        closing.add(cache::close);
        return cache;
    }

    /** The logits of the prompt's last tokens, fused, and what was fused by the way. */
    Tensor fused(FuseRequest asked, KvCache cache, @Nullable FusionWatch watch) {
        List<Sharer> sharers = new ArrayList<>();
        for (int i = 0; i < sharerPrompts.size(); i++) {
            SharedCache shared = SharedCache.prefill(
                    pair.sharers().get(i), sharerPrompts.get(i), asked.fusibleLength(), () -> false);
            closing.add(shared::close);
            sharers.add(new Sharer(shared, pair.fusers().get(i)));
        }
        return new FusedPrefill(pair.receiver(), mode(), sharers, () -> false, watch)
                .run(scope, asked, cache)
                .logits();
    }

    /** The logits of the prompt's last tokens in the same sections, nothing fused. */
    Tensor alone(FuseRequest asked, KvCache cache) {
        List<Section> plain = asked.sections().stream()
                .map(section -> Section.unfused(section.length()))
                .toList();
        FuseRequest unfused = new FuseRequest(asked.prompt(), plain, asked.lastLogits());
        return new FusedPrefill(pair.receiver(), mode(), List.of(), () -> false)
                .run(scope, unfused, cache)
                .logits();
    }

    Decoded greedy(FuseRequest asked, KvCache cache, Tensor logits, Decode how, int steps) {
        PromptRows prompt = asked.prompt();
        int rows = prompt.rows();
        List<List<Integer>> ids = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            ids.add(new ArrayList<>());
        }
        List<double[]> scores = new ArrayList<>();
        double[] last = lastOf(logits, rows);
        for (int step = 0; step < steps; step++) {
            scores.add(last);
            for (int row = 0; row < rows; row++) {
                ids.get(row).add(best(last, row, last.length / rows));
            }
            if (step + 1 < steps) {
                last = lastOf(pair.receiver().forward(scope, next(prompt, ids, cache, how)), rows);
            }
        }
        return new Decoded(ids, scores);
    }

    private static Forward next(PromptRows prompt, List<List<Integer>> ids, KvCache cache, Decode how) {
        List<List<Integer>> newest =
                ids.stream().map(row -> List.of(row.getLast())).toList();
        Forward forward = Forward.ofRows(newest, cache);
        if (how == Decode.REFERENCE) {
            return forward;
        }
        int ahead = cache.length() - prompt.length();
        if (!prompt.positions().isEmpty()) {
            forward = forward.withPositions(prompt.positions().stream()
                    .map(row -> List.of(row.getLast() + 1 + ahead))
                    .toList());
        }
        if (!prompt.mask().isEmpty()) {
            forward = forward.withMask(
                    prompt.mask().stream().map(row -> longer(row, ahead + 1)).toList());
        }
        return forward;
    }

    private static List<Integer> longer(List<Integer> mask, int count) {
        List<Integer> longer = new ArrayList<>(mask);
        longer.addAll(Collections.nCopies(count, 1));
        return longer;
    }

    /** The last token's logits, rows one after another. */
    private static double[] lastOf(Tensor logits, int rows) {
        double[] all = logits.toDoubles();
        int tokens = (int) logits.size(1);
        int vocabulary = (int) logits.size(2);
        double[] last = new double[rows * vocabulary];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(all, ((row + 1) * tokens - 1) * vocabulary, last, row * vocabulary, vocabulary);
        }
        return last;
    }

    private static int best(double[] logits, int row, int vocabulary) {
        int best = row * vocabulary;
        for (int i = best; i < (row + 1) * vocabulary; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best - row * vocabulary;
    }

    /** Whether a position is padding in front of a row. */
    boolean seesNothing(int row, int position) {
        List<List<Integer>> mask = request.prompt().mask();
        return !mask.isEmpty() && !mask.get(row).subList(0, position + 1).contains(1);
    }

    TensorScope scope() {
        return scope;
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
        scope.close();
    }
}
