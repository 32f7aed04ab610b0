package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.GoldenBinary;
import dev.kvasir.Goldens;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** One tiny model with what the reference computes with it. */
final class ModelGolden {
    private static final double ORACLE = 1e-9;

    private final Path checkpoint;
    private final JsonNode golden;
    private final GoldenBinary numbers;

    ModelGolden(Path checkpoint, Path goldenFile) {
        this.checkpoint = checkpoint;
        this.golden = Goldens.json(goldenFile);
        this.numbers =
                GoldenBinary.read(goldenFile.resolveSibling(golden.get("binary").asString()));
    }

    JsonNode get(String key) {
        return golden.path(key);
    }

    /** Runs a check with the model, closed afterwards. */
    void with(ElementType type, Consumer<LoadedModel> check) {
        try (Checkpoint opened = Checkpoint.open(checkpoint);
                LoadedModel model = LoadedModel.load(opened, type)) {
            check.accept(model);
        }
    }

    /** @param tolerance of a float32 run */
    void checkLogits(JsonNode prompt, double tolerance) {
        with(ElementType.F32, model -> checkLogits(model, prompt, tolerance));
        with(ElementType.F64, model -> checkLogits(model, prompt, ORACLE));
    }

    void checkGreedy(JsonNode prompt) {
        with(ElementType.F32, model -> {
            List<Integer> expected = ids(prompt.get("greedy").get("ids"));
            GenerationRequest request = GenerationRequest.greedy(ids(prompt.get("ids")), expected.size(), List.of());
            assertThat(generate(model, request).ids()).isEqualTo(expected);
        });
    }

    void checkStop(JsonNode stop) {
        with(ElementType.F32, model -> {
            GenerationRequest request = GenerationRequest.greedy(
                    prompt(stop.get("prompt")), stop.get("max_new_tokens").asInt(), ids(stop.get("stop_ids")));
            Generation generation = generate(model, request);
            assertThat(generation.ids()).isEqualTo(ids(stop.get("ids")));
            assertThat(generation.reason()).isEqualTo(FinishReason.STOP_TOKEN);
        });
    }

    void checkCache(JsonNode cache) {
        with(ElementType.F32, model -> checkCache(model, cache, 2e-4));
        with(ElementType.F64, model -> checkCache(model, cache, ORACLE));
    }

    void checkBatch(JsonNode batch) {
        with(ElementType.F32, model -> {
            List<GenerationRequest> requests = new ArrayList<>();
            for (int row = 0; row < batch.get("prompts").size(); row++) {
                int count = batch.get("ids").get(row).size();
                requests.add(
                        GenerationRequest.greedy(prompt(batch.get("prompts").get(row)), count, List.of()));
            }
            List<Generation> generations =
                    new Generator(model, NumberedTokens.INSTANCE).generateAll(requests, GenerationListener.NONE);
            for (int row = 0; row < generations.size(); row++) {
                assertThat(generations.get(row).ids())
                        .isEqualTo(ids(batch.get("ids").get(row)));
            }
        });
    }

    /** Like {@link #checkBatch}, each row with a cache of its own, all decoded together. */
    void checkContinuousBatch(JsonNode batch) {
        with(ElementType.F32, model -> {
            try (ContinuousBatch together = new ContinuousBatch(model, NumberedTokens.INSTANCE, 8);
                    ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<List<Integer>>> replies = new ArrayList<>();
                for (int row = 0; row < batch.get("prompts").size(); row++) {
                    List<Integer> prompt = prompt(batch.get("prompts").get(row));
                    int count = batch.get("ids").get(row).size();
                    replies.add(callers.submit(() -> continued(model, together, prompt, count)));
                }
                for (int row = 0; row < replies.size(); row++) {
                    assertThat(replies.get(row).get())
                            .isEqualTo(ids(batch.get("ids").get(row)));
                }
            } catch (InterruptedException | ExecutionException failed) {
                throw new AssertionError(failed);
            }
        });
    }

    private static List<Integer> continued(
            LoadedModel model, ContinuousBatch together, List<Integer> prompt, int count) {
        try (KvCache cache = model.newCache(1, prompt.size() + count);
                TensorScope scope = TensorScope.root()) {
            Tensor logits = new Prefill(model, () -> false).run(scope, Forward.of(prompt, cache));
            return together.generate(
                            GenerationRequest.greedy(prompt, count, List.of()),
                            new Generator.Prefilled(cache, logits, List.of()),
                            GenerationListener.NONE)
                    .ids();
        }
    }

    void checkPrefix(JsonNode prefix) {
        with(ElementType.F64, model -> checkPrefix(model, prefix, ORACLE));
        with(ElementType.F32, model -> checkPrefix(model, prefix, tolerance(promptNamed(prefix.get("prompt")))));
    }

    void checkLogLikelihood(JsonNode golden) {
        with(ElementType.F32, model -> {
            List<List<Integer>> candidates = new ArrayList<>();
            golden.get("candidates").forEach(candidate -> candidates.add(ids(candidate.get("ids"))));
            List<LogLikelihood> scores = LogLikelihood.of(model, prompt(golden.get("context")), candidates);
            for (int i = 0; i < scores.size(); i++) {
                JsonNode expected = golden.get("candidates").get(i);
                assertThat(scores.get(i).sum()).isCloseTo(expected.get("sum").asDouble(), within(1e-3));
                assertThat(scores.get(i).mean()).isCloseTo(expected.get("mean").asDouble(), within(1e-3));
                List<Boolean> greedy = StreamSupport.stream(
                                expected.get("greedy").spliterator(), false)
                        .map(JsonNode::asBoolean)
                        .toList();
                assertThat(scores.get(i).greedy()).isEqualTo(greedy);
            }
            assertThat(best(scores, LogLikelihood::sum))
                    .isEqualTo(golden.get("best_by_sum").asInt());
            assertThat(best(scores, LogLikelihood::mean))
                    .isEqualTo(golden.get("best_by_mean").asInt());
        });
    }

    void checkSampling(JsonNode sampling) {
        JsonNode prompt = promptNamed(sampling.get("prompt"));
        checkSampling(numbers.values(prompt.get("last_logits_f64")), prompt, sampling, 1e-6);
        with(ElementType.F32, model -> {
            try (KvCache cache = model.newCache(1, 256);
                    TensorScope scope = TensorScope.root()) {
                double[] own = model.forward(scope, Forward.of(ids(prompt.get("ids")), cache))
                        .toDoubles();
                checkSampling(own, prompt, sampling, 1e-3);
            }
        });
    }

    double tolerance(JsonNode prompt) {
        return Math.max(1e-4, 5 * prompt.get("max_abs_error_f32").asDouble());
    }

    private void checkLogits(LoadedModel model, JsonNode prompt, double tolerance) {
        List<Integer> ids = ids(prompt.get("ids"));
        boolean all = prompt.has("all_logits_f64");
        Forward plain;
        try (KvCache cache = model.newCache(1, ids.size());
                TensorScope scope = TensorScope.root()) {
            plain = Forward.of(ids, cache);
            double[] logits =
                    model.forward(scope, all ? plain.withAllLogits() : plain).toDoubles();
            JsonNode expected = prompt.get(all ? "all_logits_f64" : "last_logits_f64");
            assertClose(logits, numbers.values(expected), tolerance);
        }
    }

    private void checkCache(LoadedModel model, JsonNode golden, double tolerance) {
        List<Integer> ids = prompt(golden.get("prompt"));
        try (KvCache cache = model.newCache(1, ids.size() + 3);
                TensorScope scope = TensorScope.root()) {
            new Prefill(model, () -> false).run(scope, Forward.of(ids, cache));
            for (JsonNode layer : golden.get("layers")) {
                int index = layer.get("layer").asInt();
                assertClose(cache.keys(scope, index).toDoubles(), numbers.values(layer.get("keys_f64")), tolerance);
                assertClose(cache.values(scope, index).toDoubles(), numbers.values(layer.get("values_f64")), tolerance);
            }
        }
    }

    private void checkPrefix(LoadedModel model, JsonNode golden, double tolerance) {
        List<Integer> ids = prompt(golden.get("prompt"));
        int first = golden.get("first").asInt();
        try (KvCache cache = model.newCache(1, ids.size());
                TensorScope scope = TensorScope.root()) {
            model.forward(scope, Forward.of(ids.subList(0, first), cache));
            double[] logits = model.forward(scope, Forward.of(ids.subList(first, ids.size()), cache))
                    .toDoubles();
            assertThat(ids).hasSize(first + golden.get("then").asInt());
            assertClose(logits, numbers.values(golden.get("last_logits_f64")), tolerance);
        }
    }

    private static void checkSampling(double[] logits, JsonNode prompt, JsonNode golden, double tolerance) {
        JsonNode settings = golden.get("settings");
        SamplingSettings sampling = new SamplingSettings(
                settings.path("temperature").asDouble(1),
                settings.path("top_k").asInt(0),
                settings.path("top_p").asDouble(1),
                settings.path("min_p").asDouble(0),
                settings.path("repetition_penalty").asDouble(1));
        SeenTokens seen = new SeenTokens();
        ids(prompt.get("ids")).forEach(seen::add);
        double[] probabilities =
                new Sampler(sampling, new java.util.SplittableRandom(0)).probabilities(logits.clone(), seen);
        assertThat(IntStream.range(0, probabilities.length)
                        .filter(id -> probabilities[id] > 0)
                        .count())
                .isEqualTo(golden.get("kept").asLong());
        for (JsonNode top : golden.get("top")) {
            assertThat(probabilities[top.get(0).asInt()]).isCloseTo(top.get(1).asDouble(), within(tolerance));
        }
    }

    private static int best(List<LogLikelihood> scores, java.util.function.ToDoubleFunction<LogLikelihood> by) {
        return IntStream.range(0, scores.size())
                .boxed()
                .max(java.util.Comparator.comparingDouble(i -> by.applyAsDouble(scores.get(i))))
                .orElseThrow();
    }

    private static Generation generate(LoadedModel model, GenerationRequest request) {
        return new Generator(model, NumberedTokens.INSTANCE).generate(request, GenerationListener.NONE);
    }

    private JsonNode promptNamed(JsonNode name) {
        for (JsonNode prompt : golden.get("prompts")) {
            if (prompt.get("name").asString().equals(name.asString())) {
                return prompt;
            }
        }
        throw new IllegalStateException("The golden file has no prompt " + name + ".");
    }

    private List<Integer> prompt(JsonNode name) {
        return ids(promptNamed(name).get("ids"));
    }

    static List<Integer> ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    static void assertClose(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < actual.length; i++) {
            worst = Math.max(worst, Double.isNaN(actual[i]) ? Double.MAX_VALUE : Math.abs(actual[i] - expected[i]));
        }
        assertThat(worst).as("largest difference").isLessThanOrEqualTo(tolerance);
    }
}
