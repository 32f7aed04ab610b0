package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A real model, loaded on first use, against what the reference computes with the weights in its file. */
final class RealGolden implements AutoCloseable {
    private static final double LOGIT = 1e-3;

    private final Supplier<LoadedModel> loader;
    private final List<Integer> stopIds;
    private @Nullable LoadedModel model;

    RealGolden(Path file, List<Integer> stopIds) {
        this.stopIds = stopIds;
        this.loader = () -> {
            try (Checkpoint checkpoint = Checkpoint.open(file)) {
                return LoadedModel.load(checkpoint, ElementType.F32);
            }
        };
    }

    void checkPrompt(JsonNode prompt) {
        List<Integer> ids = ModelGolden.ids(prompt.get("ids"));
        try (KvCache cache = model().newCache(1, ids.size());
                TensorScope scope = TensorScope.root()) {
            double[] logits = new Prefill(model(), () -> false)
                    .run(scope, Forward.of(ids, cache))
                    .toDoubles();
            checkLogits(logits, prompt);
            for (String layer : prompt.get("kv").get("layers").propertyNames()) {
                JsonNode expected = prompt.get("kv").get("layers").get(layer);
                int index = Integer.parseInt(layer);
                List<Integer> positions = ModelGolden.ids(prompt.get("kv").get("positions"));
                assertRows(cache.keys(scope, index), positions, expected.get("k"), 1e-3);
                assertRows(cache.values(scope, index), positions, expected.get("v"), 2e-4);
            }
        }
    }

    void checkGreedy(JsonNode prompt) {
        List<Integer> expected = ModelGolden.ids(prompt.get("greedy").get("ids"));
        GenerationRequest request =
                GenerationRequest.greedy(ModelGolden.ids(prompt.get("ids")), expected.size(), stopIds);
        Generation generation =
                new Generator(model(), NumberedTokens.INSTANCE).generate(request, GenerationListener.NONE);
        assertThat(generation.ids()).isEqualTo(expected);
        assertThat(generation.reason() == FinishReason.STOP_TOKEN)
                .isEqualTo(prompt.get("greedy").get("stopped_by_eos").asBoolean());
    }

    void checkText(JsonNode text) {
        List<Integer> ids = ModelGolden.ids(text.get("ids"));
        LogLikelihood score = LogLikelihood.of(model(), ids.subList(0, 1), List.of(ids.subList(1, ids.size())))
                .getFirst();
        double[] own = score.tokens().stream().mapToDouble(Double::doubleValue).toArray();
        ModelGolden.assertClose(own, numbers(text.get("logprobs")), LOGIT);
        double perplexity = text.get("perplexity").asDouble();
        assertThat(Math.exp(-score.mean())).isCloseTo(perplexity, within(perplexity * 1e-4));
    }

    @Override
    public void close() {
        if (model != null) {
            model.close();
        }
    }

    private LoadedModel model() {
        LoadedModel loaded = model;
        if (loaded == null) {
            loaded = loader.get();
            model = loaded;
        }
        return loaded;
    }

    private static void checkLogits(double[] logits, JsonNode prompt) {
        JsonNode expected = prompt.get("logits");
        double mean = Arrays.stream(logits).average().orElseThrow();
        double max = Arrays.stream(logits).max().orElseThrow();
        double variance = Arrays.stream(logits)
                .map(logit -> (logit - mean) * (logit - mean))
                .average()
                .orElseThrow();
        double exponentials =
                Arrays.stream(logits).map(logit -> Math.exp(logit - max)).sum();
        assertThat(mean).isCloseTo(expected.get("mean").asDouble(), within(1e-4));
        assertThat(Math.sqrt(variance)).isCloseTo(expected.get("std").asDouble(), within(1e-4));
        assertThat(max).isCloseTo(expected.get("max").asDouble(), within(LOGIT));
        assertThat(Arrays.stream(logits).min().orElseThrow())
                .isCloseTo(expected.get("min").asDouble(), within(LOGIT));
        assertThat(max + Math.log(exponentials))
                .isCloseTo(expected.get("logsumexp").asDouble(), within(LOGIT));
        checkTop(logits, prompt.get("top20"));
    }

    /** Values, and the order wherever neighbours differ by more than twice the tolerance. */
    private static void checkTop(double[] logits, JsonNode top) {
        for (int place = 0; place < top.size(); place++) {
            double own = logits[top.get(place).get(0).asInt()];
            double golden = top.get(place).get(1).asDouble();
            assertThat(own).isCloseTo(golden, within(LOGIT));
            if (place > 0 && top.get(place - 1).get(1).asDouble() - golden > 2 * LOGIT) {
                assertThat(own).isLessThan(logits[top.get(place - 1).get(0).asInt()]);
            }
        }
        double last = top.get(top.size() - 1).get(1).asDouble();
        assertThat(Arrays.stream(logits).filter(logit -> logit > last + LOGIT).count())
                .isLessThanOrEqualTo(top.size());
    }

    /** @param expected flat, {@code [positions, kvHeads, headDim]} */
    private static void assertRows(Tensor cached, List<Integer> positions, JsonNode expected, double tolerance) {
        double[] all = cached.toDoubles();
        int heads = (int) cached.size(1);
        int length = (int) cached.size(2);
        int width = (int) cached.size(3);
        double[] picked = new double[positions.size() * heads * width];
        int next = 0;
        for (int position : positions) {
            for (int head = 0; head < heads; head++) {
                System.arraycopy(all, (head * length + position) * width, picked, next, width);
                next += width;
            }
        }
        ModelGolden.assertClose(picked, numbers(expected), tolerance);
    }

    private static double[] numbers(JsonNode list) {
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asDouble();
        }
        return values;
    }
}
