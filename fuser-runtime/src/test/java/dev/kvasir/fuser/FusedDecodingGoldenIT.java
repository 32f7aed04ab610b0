package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.Goldens;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.NumberedTokens;
import dev.kvasir.decoder.SamplingSettings;
import dev.kvasir.decoder.SamplingSettings.Penalties;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** What follows a fused prompt: an answer, up to where it stops, and later turns on the same caches. */
class FusedDecodingGoldenIT {

    /** Cases that only filter logits are those of {@code SampleFilterGoldenIT}. */
    @TestFactory
    Stream<DynamicTest> answers() {
        return GoldenCase.of(Set.of("generate"))
                .flatMap(golden -> golden.isMissing() ? Stream.of(Goldens.missing(golden.file())) : answers(golden));
    }

    private static Stream<DynamicTest> answers(GoldenCase golden) {
        JsonNode json = golden.json();
        if (json.has("logits")) {
            return Stream.of();
        }
        if (json.has("turn2_ids")) {
            return Stream.of(DynamicTest.dynamicTest(golden.id(), () -> checkSecondTurn(golden)));
        }
        JsonNode expected = json.get("expected");
        if (expected.has("stop_id")) {
            return stopped(golden, expected);
        }
        return expected.properties().stream()
                .map(setting -> setting.getValue().has("tokens")
                        ? penalised(golden, setting.getKey(), setting.getValue())
                        : maxLength(setting.getKey(), golden, ids(setting.getValue())));
    }

    private static Stream<DynamicTest> stopped(GoldenCase golden, JsonNode expected) {
        JsonNode tokens = expected.get("fixed_tokens");
        if (!tokens.get(0).isArray()) {
            return Stream.of(test("a stop token is kept", golden, 0, stop(expected), ids(tokens)));
        }
        return IntStream.range(0, tokens.size())
                .mapToObj(
                        row -> test("row " + row + " of the batch", golden, row, stop(expected), ids(tokens.get(row))));
    }

    private static DynamicTest penalised(GoldenCase golden, String name, JsonNode setting) {
        return test(
                name,
                golden,
                0,
                request -> request.withSampling(SamplingSettings.greedy(penalties(setting)), 0),
                ids(setting.get("tokens")));
    }

    private static Penalties penalties(JsonNode setting) {
        return new Penalties(
                setting.path("presence_penalty").asDouble(0),
                setting.path("frequency_penalty").asDouble(0),
                setting.path("repetition_penalty").asDouble(1));
    }

    /** A length that counts the prompt leaves so many tokens to generate; none is a request that is never made. */
    private static DynamicTest maxLength(String name, GoldenCase golden, List<Integer> whole) {
        List<Integer> prompt = ids(golden.json().get("input_ids").get(0));
        List<Integer> generated = whole.subList(prompt.size(), whole.size());
        if (generated.isEmpty()) {
            return DynamicTest.dynamicTest(golden.id() + ": " + name, () -> {
                assertThat(whole).isEqualTo(prompt);
                assertThatThrownBy(() -> GenerationRequest.greedy(prompt, 0, List.of()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("At least one token must be asked for, not 0.");
            });
        }
        return test(
                name, golden, 0, request -> GenerationRequest.greedy(prompt, generated.size(), List.of()), generated);
    }

    private static UnaryOperator<GenerationRequest> stop(JsonNode expected) {
        List<Integer> stop = List.of(expected.get("stop_id").asInt());
        return request -> new GenerationRequest(
                request.prompt(), request.maxTokens(), request.sampling(), request.seed(), stop, List.of());
    }

    private static DynamicTest test(
            String name, GoldenCase golden, int row, UnaryOperator<GenerationRequest> change, List<Integer> expected) {
        return DynamicTest.dynamicTest(golden.id() + ": " + name, () -> {
            JsonNode json = golden.json();
            List<Integer> prompt = ids(json.get("input_ids").get(row));
            GoldenPair pair = GoldenPair.of(json, ElementType.F32);
            PromptRows rows = PromptRows.of(prompt);
            int steps = json.get("new_tokens").asInt();
            try (TensorScope scope = TensorScope.root();
                    KvCache cache = pair.receiver().newCache(1, prompt.size() + steps);
                    SharedCache shared =
                            SharedCache.prefill(pair.sharers().getFirst(), rows, prompt.size() - 1, () -> false)) {
                List<Sharer> sharers = List.of(new Sharer(shared, pair.fusers().getFirst()));
                Tensor logits = new FusedPrefill(pair.receiver(), FusionMode.SEQUENTIAL, sharers, () -> false)
                        .run(scope, turn(rows, prompt.size()), cache)
                        .logits();
                GenerationRequest request = change.apply(GenerationRequest.greedy(prompt, steps, List.of()));
                assertThat(generate(pair, cache, logits, request)).isEqualTo(expected);
            }
        });
    }

    private static void checkSecondTurn(GoldenCase golden) {
        JsonNode json = golden.json();
        GoldenPair pair = GoldenPair.of(json, ElementType.F32);
        List<Integer> first = ids(json.get("turn1_ids").get(0));
        List<Integer> both = new ArrayList<>(first);
        both.addAll(ids(json.get("turn2_ids").get(0)));
        PromptRows conversation = PromptRows.of(both);
        try (TensorScope scope = TensorScope.root();
                KvCache cache = pair.receiver().newCache(1, both.size() + 24);
                SharedCache shared = SharedCache.create(pair.sharers().getFirst(), 1, both.size());
                GoldenTensors tensors = golden.tensors()) {
            FusedPrefill prefill = new FusedPrefill(
                    pair.receiver(),
                    FusionMode.SEQUENTIAL,
                    List.of(new Sharer(shared, pair.fusers().getFirst())),
                    () -> false);
            shared.read(conversation, first.size() - 1, () -> false);
            prefill.run(scope, turn(PromptRows.of(first), first.size()), cache);
            shared.read(conversation, both.size() - 1, () -> false);
            FuseRequest second = turn(conversation, both.size() - first.size());
            Tensor logits = prefill.run(scope, second, cache).logits();

            tensors.compare("fixed/last_logits", logits.toDoubles(), 5e-4);
            List<Integer> expected =
                    ids(json.get("expected").get("fixed_tokens").get(0));
            assertThat(generate(pair, cache, logits, GenerationRequest.greedy(both, expected.size(), List.of())))
                    .isEqualTo(expected);
        }
    }

    private static List<Integer> generate(GoldenPair pair, KvCache cache, Tensor logits, GenerationRequest request) {
        return new Generator(pair.receiver(), NumberedTokens.INSTANCE)
                .generate(request, cache, logits, GenerationListener.NONE)
                .ids();
    }

    private static FuseRequest turn(PromptRows prompt, int length) {
        return new FuseRequest(prompt, List.of(Section.fused(length - 1), Section.unfused(1)));
    }

    private static List<Integer> ids(JsonNode row) {
        List<Integer> ids = new ArrayList<>();
        row.forEach(id -> ids.add(id.asInt()));
        return ids;
    }
}
