package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.Goldens;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.DecodedSpecials;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import dev.kvasir.torch.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** The other way for two models to work together, by text; and how texts become ids where the method needs it. */
class TextGoldenIT {

    @TestFactory
    Stream<DynamicTest> oneModelWritesForTheOther() {
        return GoldenCase.of(Set.of("t2t"))
                .map(golden -> golden.isMissing()
                        ? Goldens.missing(golden.file())
                        : DynamicTest.dynamicTest(golden.id(), () -> checkTextToText(golden.json())));
    }

    private static void checkTextToText(JsonNode json) {
        String background = json.get("background_prompt")
                .asString()
                .replace("{question}", json.get("question").asString());
        List<Map<String, @Nullable Object>> asked = List.of(ChatInput.message("user", background));
        String context =
                answer(json.get("sharer").asString(), asked, json.get("stages").get(0));
        assertThat(context).isEqualTo(json.get("context_text").asString());

        List<Map<String, @Nullable Object>> messages = new ArrayList<>(asked);
        messages.add(ChatInput.message("assistant", context));
        messages.add(ChatInput.message("user", json.get("question_with_options").asString()));
        String answer = answer(
                json.get("receiver").asString(), messages, json.get("stages").get(1));
        assertThat(answer).isEqualTo(json.get("answer_text").asString());
    }

    /** Through the model's own template, thinking off, greedily. */
    private static String answer(String model, List<Map<String, @Nullable Object>> messages, JsonNode stage) {
        try (Checkpoint checkpoint = Checkpoint.open(Goldens.path("c2c/models/" + model))) {
            String text = checkpoint
                    .chatTemplate()
                    .orElseThrow()
                    .render(ChatInput.prompt(messages).withVariable("enable_thinking", false));
            List<Integer> prompt =
                    checkpoint.tokenizer().encode(text, SpecialTokens.OMIT).ids();
            assertThat(prompt).isEqualTo(ids(stage.get("input_ids")));
            GenerationRequest request =
                    GenerationRequest.greedy(prompt, stage.get("max_new_tokens").asInt(), ids(stage.get("stop_ids")));
            List<Integer> written = new Generator(GoldenPair.model(model, ElementType.F32), checkpoint.tokenizer())
                    .generate(request, GenerationListener.NONE)
                    .ids();
            assertThat(written).isEqualTo(ids(stage.get("output_ids")));
            return checkpoint.tokenizer().decode(written, DecodedSpecials.DROP);
        }
    }

    @TestFactory
    Stream<DynamicTest> textsBecomeIds() {
        return GoldenCase.of(Set.of("text", "functions")).flatMap(TextGoldenIT::idTests);
    }

    private static Stream<DynamicTest> idTests(GoldenCase golden) {
        if (golden.isMissing()) {
            return Stream.of(Goldens.missing(golden.file()));
        }
        JsonNode json = golden.json();
        Map<String, Runnable> checks = new LinkedHashMap<>();
        if (json.at("/rows/0").has("option_ids")) {
            checks.put("options", () -> checkOptions(json));
        }
        if (json.at("/llama3").has("single_bos_ids")) {
            checks.put("one begin in Llama 3", () -> checkBegin(json.get("llama3"), "share-llama3"));
        }
        if (json.at("/gemma").has("single_bos_ids")) {
            checks.put("one begin in Gemma", () -> checkBegin(json.get("gemma"), "recv-gemma3"));
        }
        return checks.entrySet().stream().map(check -> DynamicTest.dynamicTest(check.getKey(), check.getValue()::run));
    }

    private static void checkOptions(JsonNode json) {
        for (JsonNode row : json.get("rows")) {
            try (Checkpoint checkpoint = checkpoint(row.get("model").asString())) {
                List<Integer> first = new ArrayList<>();
                for (char letter = 'A'; letter < 'A' + row.get("option_ids").size(); letter++) {
                    first.add(checkpoint
                            .tokenizer()
                            .encodePlain(" " + letter)
                            .ids()
                            .getFirst());
                }
                assertThat(first).isEqualTo(ids(row.get("option_ids")));
            }
        }
    }

    /** A template writes the begin token itself, so none is added. */
    private static void checkBegin(JsonNode json, String model) {
        try (Checkpoint checkpoint = checkpoint(model)) {
            Tokenizer tokenizer = checkpoint.tokenizer();
            String text = json.get("text").asString();
            assertThat(tokenizer.encode(text, SpecialTokens.OMIT).ids()).isEqualTo(ids(json.get("single_bos_ids")));
            assertThat(tokenizer.encode(text, SpecialTokens.ADD).ids()).isEqualTo(ids(json.get("evaluator_ids")));
        }
    }

    private static Checkpoint checkpoint(String name) {
        return Checkpoint.open(Goldens.path("c2c/models/" + name));
    }

    private static List<Integer> ids(JsonNode row) {
        List<Integer> ids = new ArrayList<>();
        row.forEach(id -> ids.add(id.asInt()));
        return ids;
    }
}
