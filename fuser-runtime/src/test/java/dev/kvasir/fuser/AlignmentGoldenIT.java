package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.Goldens;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.tokenizer.TokenizerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Layers, tokens and conversations are aligned as the method's reference does it. */
class AlignmentGoldenIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ROWS = 100_000;

    @TestFactory
    Stream<DynamicTest> everyCaseEqualsTheReference() {
        Path index = Goldens.path("c2c/index.json");
        if (!Files.exists(index)) {
            return Stream.empty();
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : cases(Goldens.json(index))) {
            String kind = entry.path("kind").asString("");
            Path file = Goldens.path("c2c/" + entry.path("file").asString(""));
            boolean wanted = kind.equals("align") || kind.equals("flow-aligned") || kind.equals("functions");
            if (wanted) {
                tests.add(
                        Files.exists(file)
                                ? DynamicTest.dynamicTest(
                                        entry.path("id").asString(""), () -> check(Goldens.json(file)))
                                : Goldens.missing(file));
            }
        }
        return tests.stream();
    }

    private static JsonNode cases(JsonNode index) {
        return index.isArray() ? index : index.get("cases");
    }

    private static void check(JsonNode golden) {
        if (golden.has("receiver_tokenizer")) {
            checkTokens(golden);
        }
        for (JsonNode row : golden.path("rows")) {
            if (row.has("receiver_text")) {
                checkChat(row, row.get("options"));
            }
        }
        if (golden.has("align_sections")) {
            checkChat(golden, golden);
        }
        for (JsonNode map : golden.path("layer_maps")) {
            checkLayers(map);
        }
        checkIndex(golden);
    }

    private static void checkTokens(JsonNode golden) {
        try (Tokenizer receiver = tokenizer(golden.get("receiver_tokenizer"));
                Tokenizer sharer = tokenizer(golden.get("sharer_tokenizer"))) {
            TokenAlignment first = new TokenAlignment(receiver, sharer, AlignmentMode.FIRST);
            TokenAlignment longest = new TokenAlignment(receiver, sharer, AlignmentMode.LONGEST);
            for (JsonNode row : golden.get("rows")) {
                List<Integer> ids =
                        receiver.encodePlain(row.get("text").asString()).ids();
                assertThat(ids).isEqualTo(Goldens.integers(row.get("receiver_ids")));
                assertThat(ids.stream().map(first::receiverText).toList())
                        .isEqualTo(Goldens.strings(row.get("pieces")));
                assertThat(first.sharerIds(ids)).isEqualTo(Goldens.integers(row.get("first")));
                assertThat(longest.sharerIds(ids)).isEqualTo(Goldens.integers(row.get("longest")));
            }
            for (JsonNode special : golden.get("specials")) {
                assertThat(first.sharerId(special.get("receiver_id").asInt()))
                        .as(special.get("text").asString())
                        .isEqualTo(special.get("sharer_id").asInt());
            }
        }
    }

    private static Tokenizer tokenizer(JsonNode name) {
        return TokenizerFolder.open(Goldens.path("c2c/models/" + name.asString()), ROWS);
    }

    private static ChatTemplate template(JsonNode name, Tokenizer tokenizer) {
        String source = TokenizerFolder.chatTemplate(Goldens.path("c2c/models/" + name.asString()))
                .orElseThrow();
        return ChatTemplate.compile(source, tokenizer, Clock.systemUTC());
    }

    private static void checkChat(JsonNode row, JsonNode options) {
        JsonNode sharerName = row.has("sharer") ? row.get("sharer") : row.at("/sharers/0/model");
        try (Tokenizer receiver = tokenizer(row.get("receiver"));
                Tokenizer sharer = tokenizer(sharerName)) {
            ChatAligner aligner = ChatAligner.between(
                    receiver,
                    template(row.get("receiver"), receiver),
                    sharer,
                    template(sharerName, sharer),
                    AlignmentMode.valueOf(row.get("strategy").asString().toUpperCase(Locale.ROOT)));
            ChatAligner.Ending ending = options.path("remove_last_surfix").asBoolean(false)
                    ? ChatAligner.Ending.LAST_MESSAGE
                    : ChatAligner.Ending.TEMPLATE;
            compare(aligner.align(input(row, options), ending), row);
        }
    }

    private static ChatInput input(JsonNode row, JsonNode options) {
        return new ChatInput(
                JSON.convertValue(row.get("messages"), new TypeReference<>() {}),
                null,
                options.path("add_generation_prompt").asBoolean(false),
                Map.of("enable_thinking", options.path("enable_thinking").asBoolean(false)));
    }

    private static void compare(ChatAlignment alignment, JsonNode golden) {
        assertThat(alignment.receiverText())
                .isEqualTo(golden.get("receiver_text").asString());
        assertThat(alignment.sharerText()).isEqualTo(golden.get("sharer_text").asString());
        List<AlignedPosition> positions = alignment.positions();
        JsonNode receiverIds = golden.has("receiver_ids") ? golden.get("receiver_ids") : golden.at("/input_ids/0/0");
        JsonNode sharerIds = golden.has("sharer_ids") ? golden.get("sharer_ids") : golden.at("/input_ids/1/0");
        assertThat(positions.stream().map(AlignedPosition::receiverId)).isEqualTo(Goldens.integers(receiverIds));
        assertThat(positions.stream().map(AlignedPosition::sharerId)).isEqualTo(Goldens.integers(sharerIds));
        assertThat(positions.stream().map(position -> position.receiverPad() ? 1 : 0))
                .isEqualTo(Goldens.integers(golden.get("receiver_pad")));
        assertThat(positions.stream().map(position -> position.sharerPad() ? 1 : 0))
                .isEqualTo(Goldens.integers(golden.get("sharer_pad")));
        assertThat(alignment.messageMask().stream().map(message -> message ? 1 : 0))
                .isEqualTo(Goldens.integers(golden.get("message_mask")));
        comparePrompt(alignment, golden);
    }

    private static void comparePrompt(ChatAlignment alignment, JsonNode golden) {
        AlignedPrompt prompt = alignment.prompt();
        assertThat(prompt.receiverPads().getLast()).isFalse();
        if (golden.has("receiver_trailing_pads")) {
            int pads = golden.get("receiver_trailing_pads").asInt();
            assertThat(alignment.receiverTrailingPads()).isEqualTo(pads);
            List<Section> sections = new ArrayList<>();
            golden.get("sections")
                    .forEach(section -> sections.add(new Section(
                            section.get("len").asInt(), section.at("/row/0").asInt())));
            Section last = sections.removeLast();
            sections.add(new Section(last.length() - pads, last.sharers()));
            assertThat(prompt.sections()).isEqualTo(sections);
        }
    }

    private static void checkLayers(JsonNode golden) {
        for (LayerAlignment alignment : LayerAlignment.values()) {
            List<List<Integer>> map = alignment.map(
                    golden.get("receiver").asInt(),
                    golden.get("sharer").asInt(),
                    golden.get("k").asInt());
            JsonNode expected = golden.get(alignment.name().toLowerCase(Locale.ROOT));
            for (int layer = 0; layer < map.size(); layer++) {
                assertThat(map.get(layer))
                        .as("%s of %s", alignment, golden)
                        .isEqualTo(Goldens.integers(expected.get(String.valueOf(layer))));
            }
        }
    }

    private static void checkIndex(JsonNode golden) {
        for (JsonNode row : golden.path("training_index")) {
            List<Integer> index = new ArrayList<>();
            Section.ofTraining(
                            row.get("instruction_length").asInt(),
                            row.get("full_length").asInt())
                    .forEach(section -> {
                        for (int i = 0; i < section.length(); i++) {
                            index.add(section.sharers());
                        }
                    });
            List<Integer> expected = new ArrayList<>();
            row.get("rows").forEach(pair -> expected.add(pair.get(0).asInt()));
            assertThat(index).isEqualTo(expected);
        }
        for (JsonNode row : golden.path("sharers_to_mask")) {
            assertThat(Section.mask(Goldens.integers(row.get("sharers"))))
                    .isEqualTo(row.get("mask").asInt());
        }
        for (JsonNode row : golden.path("mask_to_sharers")) {
            assertThat(Section.sharersOf(row.get("mask").asInt())).isEqualTo(Goldens.integers(row.get("sharers")));
        }
    }
}
