package dev.kvasir.model.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.Goldens;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ChatTemplateException.Kind;
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
                tests.add(Goldens.absent(template.toString()));
                continue;
            }
            ChatTemplate compiled = ChatTemplate.compile(
                    Goldens.text(template), strings(golden.get("special_tokens")), Clock.systemUTC());
            for (JsonNode chat : golden.get("cases")) {
                String name = Goldens.name(file) + " " + chat.get("number");
                tests.add(DynamicTest.dynamicTest(name, () -> check(compiled, chat)));
            }
        }
        return tests.isEmpty() ? Stream.of(Goldens.absent("models/chat")) : tests.stream();
    }

    private static void check(ChatTemplate template, JsonNode chat) {
        ChatInput input = new ChatInput(
                JSON.convertValue(chat.get("messages"), new TypeReference<>() {}),
                JSON.convertValue(chat.get("tools"), new TypeReference<>() {}),
                chat.get("add_generation_prompt").asBoolean(),
                JSON.convertValue(chat.get("variables"), new TypeReference<>() {}));
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

    @TestFactory
    Stream<DynamicTest> aHostileTemplateIsCutOff() {
        Path config = Goldens.path("models/malformed/template-endless/tokenizer_config.json");
        if (!Files.exists(config)) {
            return Stream.of(Goldens.absent("models/malformed/template-endless"));
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
