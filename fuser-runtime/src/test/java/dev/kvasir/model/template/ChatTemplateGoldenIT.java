package dev.kvasir.model.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.Goldens;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ChatTemplateException.Kind;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import dev.kvasir.model.tokenizer.TokenizerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real chat templates write what the reference writes, byte for byte. */
class ChatTemplateGoldenIT {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TestFactory
    Stream<DynamicTest> everyConversationReadsAsTheReferenceWritesIt() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("models/chat")) {
            JsonNode golden = Goldens.json(file);
            Path template =
                    Goldens.path("models/templates/" + golden.get("template").asString());
            if (!Files.exists(template)) {
                tests.add(Goldens.missing(template));
                continue;
            }
            ChatTemplate compiled = ChatTemplate.compile(
                    Goldens.text(template), strings(golden.get("special_tokens")), Clock.systemUTC());
            for (JsonNode chat : golden.get("cases")) {
                String name = Goldens.name(file) + " " + chat.get("number");
                tests.add(DynamicTest.dynamicTest(name, () -> check(compiled, chat)));
            }
            tests.add(ids(golden, compiled));
        }
        return tests.stream();
    }

    private static void check(ChatTemplate template, JsonNode chat) {
        ChatInput input = input(chat);
        if (chat.has("text")) {
            assertThat(template.render(input)).isEqualTo(chat.get("text").asString());
        } else if (chat.get("error_kind").asString().equals("raised")) {
            assertThatThrownBy(() -> template.render(input))
                    .isInstanceOfSatisfying(
                            ChatTemplateException.class,
                            error -> assertThat(error.kind()).isEqualTo(Kind.RAISED))
                    .hasMessage(chat.get("error").asString());
        } else {
            assertThatThrownBy(() -> template.render(input))
                    .isInstanceOfSatisfying(
                            ChatTemplateException.class,
                            error -> assertThat(error.kind()).isEqualTo(Kind.FAILED));
        }
    }

    /** The model's tokenizer makes the reference's ids of every conversation: messages being plain text changes nothing. */
    private static DynamicTest ids(JsonNode golden, ChatTemplate template) {
        String model = golden.get("ids_by_model").asString();
        Path folder = Goldens.path("models/models/" + model);
        if (!Files.exists(folder.resolve("tokenizer.json"))) {
            return Goldens.missing(folder.resolve("tokenizer.json"));
        }
        return DynamicTest.dynamicTest("ids by " + model, () -> {
            try (Tokenizer tokenizer = TokenizerFolder.open(folder, 100_000)) {
                for (JsonNode chat : golden.get("cases")) {
                    if (chat.has("ids")) {
                        String text = chat.get("text").asString();
                        List<Integer> ids = Goldens.integers(chat.get("ids"));
                        assertThat(tokenizer.encode(text, SpecialTokens.OMIT).ids())
                                .isEqualTo(ids);
                        checkPlain(tokenizer, template, chat);
                    }
                }
            }
        });
    }

    private static void checkPlain(Tokenizer tokenizer, ChatTemplate template, JsonNode chat) {
        boolean holdsSpecial = chat.get("messages").toString().matches(".*<[|a-z_]+\\|?>.*");
        if (!holdsSpecial) {
            assertThat(tokenizer
                            .encode(template.prompt(input(chat)), SpecialTokens.OMIT)
                            .ids())
                    .isEqualTo(Goldens.integers(chat.get("ids")));
        }
    }

    private static ChatInput input(JsonNode chat) {
        return new ChatInput(
                JSON.convertValue(chat.get("messages"), new TypeReference<>() {}),
                JSON.convertValue(chat.get("tools"), new TypeReference<>() {}),
                chat.get("add_generation_prompt").asBoolean(),
                JSON.convertValue(chat.get("variables"), new TypeReference<>() {}));
    }

    @TestFactory
    Stream<DynamicTest> aHostileTemplateIsCutOff() {
        Path config = Goldens.path("models/malformed/template-endless/tokenizer_config.json");
        if (!Files.exists(config)) {
            return Stream.empty();
        }
        String source = Goldens.json(config).get("chat_template").asString();
        return Stream.of(DynamicTest.dynamicTest("template-endless", () -> {
            long start = System.nanoTime();
            assertThatThrownBy(() -> ChatTemplate.compile(source, Map.of(), Clock.systemUTC())
                            .render(ChatInput.prompt(List.of(ChatInput.message("user", "Hello")))))
                    .isInstanceOf(ChatTemplateException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }));
    }

    private static Map<String, String> strings(JsonNode node) {
        return JSON.convertValue(node, new TypeReference<>() {});
    }
}
