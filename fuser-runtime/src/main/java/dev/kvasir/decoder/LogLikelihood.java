package dev.kvasir.decoder;

import dev.kvasir.decoder.Generator.Prefilled;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How probable a continuation is.
 *
 * @param tokens natural-log probability of each token, given everything before it
 * @param greedy whether each token is the most probable one at its place
 */
public record LogLikelihood(List<Double> tokens, List<Boolean> greedy) {
    /** Tokens whose logits are looked at together; bounds memory. */
    private static final int CHUNK = 32;

    public LogLikelihood {
        tokens = List.copyOf(tokens);
        greedy = List.copyOf(greedy);
    }

    /** Natural-log probability of the whole continuation. */
    public double sum() {
        return tokens.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The same for each token, so that lengths compare. */
    public double mean() {
        return sum() / tokens.size();
    }

    /**
     * Scores continuations of one context, which is prefilled once.
     *
     * @param context ids, at least one
     * @param continuations ids, at least one each
     * @throws PromptTooLongException if the context and the longest continuation exceed the model's context
     * @throws NonFiniteException if the model computes NaN or infinity
     */
    public static List<LogLikelihood> of(LoadedModel model, List<Integer> context, List<List<Integer>> continuations) {
        if (context.isEmpty() || continuations.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("Context and continuations need at least one token each.");
        }
        int longest = continuations.stream().mapToInt(List::size).max().orElse(0);
        if (context.size() + longest > model.config().contextLength()) {
            throw PromptTooLongException.forContext(
                    model.name(), context.size() + longest, model.config().contextLength());
        }
        try (KvCache cache = model.newCache(1, context.size() + longest);
                TensorScope scope = TensorScope.root()) {
            List<Integer> head = context.subList(0, context.size() - 1);
            if (!head.isEmpty()) {
                new Prefill(model, () -> false).run(scope, Forward.of(head, cache));
            }
            List<LogLikelihood> scores = new ArrayList<>();
            for (List<Integer> continuation : continuations) {
                scores.add(score(model, new Seen(cache, List.of()), context.getLast(), continuation));
                cache.truncate(head.size());
            }
            return scores;
        }
    }

    /**
     * Scores continuations of a prompt that was read, fused or not.
     *
     * @param prompt of one row, all of it but {@code last}; it is as before when this returns. Its logits are not used
     * @param last the prompt's last token
     * @param continuations ids, at least one each; the cache has room for the longest
     */
    public static List<LogLikelihood> behind(
            LoadedModel model, Prefilled prompt, int last, List<List<Integer>> continuations) {
        KvCache cache = prompt.cache();
        int length = cache.length();
        List<LogLikelihood> scores = new ArrayList<>();
        for (List<Integer> continuation : continuations) {
            scores.add(score(model, new Seen(cache, prompt.hidden()), last, continuation));
            cache.truncate(length);
        }
        return scores;
    }

    /** A cache, and which of its positions nothing may attend to. */
    private record Seen(KvCache cache, List<Boolean> hidden) {

        Forward forward(List<Integer> ids) {
            return Padding.inside(cache, hidden).next(List.of(ids), cache);
        }
    }

    private static LogLikelihood score(LoadedModel model, Seen seen, int before, List<Integer> continuation) {
        List<Integer> inputs = new ArrayList<>();
        inputs.add(before);
        inputs.addAll(continuation.subList(0, continuation.size() - 1));
        List<Double> tokens = new ArrayList<>();
        List<Boolean> greedy = new ArrayList<>();
        for (int from = 0; from < inputs.size(); from += CHUNK) {
            int to = Math.min(from + CHUNK, inputs.size());
            try (TensorScope step = TensorScope.root()) {
                Forward forward = seen.forward(inputs.subList(from, to)).withAllLogits();
                double[] logits = model.forward(step, forward).toDoubles();
                int vocabulary = logits.length / (to - from);
                for (int i = from; i < to; i++) {
                    double[] own = Arrays.copyOfRange(logits, (i - from) * vocabulary, (i - from + 1) * vocabulary);
                    tokens.add(requireFinite(model, seen.cache(), logProbability(own, continuation.get(i))));
                    greedy.add(Sampler.best(own) == continuation.get(i));
                }
            }
        }
        return new LogLikelihood(tokens, greedy);
    }

    /** Log-probabilities of the tokens that follow each of the inputs, which are appended to the cache. */
    static List<Double> ofNext(LoadedModel model, KvCache cache, List<Integer> inputs, List<Integer> next) {
        List<Double> tokens = new ArrayList<>();
        try (TensorScope step = TensorScope.root()) {
            double[] logits = model.forward(step, Forward.of(inputs, cache).withAllLogits())
                    .toDoubles();
            int vocabulary = logits.length / inputs.size();
            for (int i = 0; i < inputs.size(); i++) {
                double[] own = Arrays.copyOfRange(logits, i * vocabulary, (i + 1) * vocabulary);
                tokens.add(requireFinite(model, cache, logProbability(own, next.get(i))));
            }
        }
        return tokens;
    }

    private static double logProbability(double[] logits, int id) {
        double best = logits[Sampler.best(logits)];
        double total = 0;
        for (double logit : logits) {
            total += Math.exp(logit - best);
        }
        return logits[id] - best - Math.log(total);
    }

    private static double requireFinite(LoadedModel model, KvCache cache, double value) {
        if (!Double.isFinite(value)) {
            throw NonFiniteException.inLogits(model.name(), cache.length() - 1, cache);
        }
        return value;
    }
}
