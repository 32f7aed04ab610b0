package dev.kvasir.model.tokenizer;

import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.SpecialIds;
import dev.kvasir.model.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizer of a Hugging Face folder: tokenizer.json, and the roles of tokens from the files beside it. */
public final class TokenizerFolder {

    private static final long MAX_CONFIG_BYTES = 16L * 1024 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(1_000_000)
                            .build())
                    .build())
            .build();

    private final Path folder;
    private final int rows;

    private TokenizerFolder(Path folder, int rows) {
        this.folder = folder;
        this.rows = rows;
    }

    /**
     * Opens the tokenizer; the caller closes it.
     *
     * @param embeddingRows no id may be beyond them
     * @throws ModelInvalidException if a file is damaged, hostile or of a kind that is not supported
     */
    public static Tokenizer open(Path folder, int embeddingRows) {
        return NativeTokenizer.open(new TokenizerFolder(folder, embeddingRows).definition());
    }

    /**
     * The chat template that the folder brings: chat_template.jinja, else the one in chat_template.json, else the one in
     * tokenizer_config.json; of several with names, the default one.
     *
     * @throws ModelInvalidException if the file that is read is damaged
     */
    public static Optional<String> chatTemplate(Path folder) {
        TokenizerFolder files = new TokenizerFolder(folder, 0);
        Path own = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(own)) {
            return Optional.of(files.text(own));
        }
        return files.templateIn("chat_template.json").or(() -> files.templateIn("tokenizer_config.json"));
    }

    private Optional<String> templateIn(String file) {
        JsonNode template = config(file).path("chat_template");
        if (template.isString()) {
            return Optional.of(template.asString());
        }
        for (JsonNode named : template) {
            if (named.path("name").asString("").equals("default")) {
                return Optional.of(named.path("template").asString(""));
            }
        }
        return Optional.empty();
    }

    private TokenizerDefinition definition() {
        TokenizerJsonReader.Contents contents = TokenizerJsonReader.read(folder.resolve("tokenizer.json"));
        Map<String, JsonNode> parts = contents.parts();
        Surroundings around = new Surroundings("tokenizer.json", parts.get("post_processor"));
        TokenDecoder decoder = DecoderReader.read("tokenizer.json", parts.get("decoder"));
        TokenizerDefinition.Steps steps = new TokenizerDefinition.Steps(
                parts.get("normalizer"), parts.get("pre_tokenizer"), around.withoutTemplate(), decoder);
        TokenizerDefinition definition = new TokenizerDefinition(
                "tokenizer.json",
                contents.model(),
                contents.added(),
                steps,
                around.before(),
                around.after(),
                roles(contents));
        new DefinitionChecks("tokenizer.json", rows).check(definition);
        around.check(definition);
        return definition;
    }

    private SpecialIds roles(TokenizerJsonReader.Contents contents) {
        JsonNode config = config("tokenizer_config.json");
        JsonNode map = config("special_tokens_map.json");
        List<OptionalInt> ids = new ArrayList<>();
        for (String role : List.of("bos_token", "eos_token", "pad_token", "unk_token")) {
            String token = name(config.path(role));
            ids.add(id(token == null ? name(map.path(role)) : token, contents));
        }
        return new SpecialIds(ids.get(0), ids.get(1), ids.get(2), ids.get(3));
    }

    private static @Nullable String name(JsonNode token) {
        if (token.isString()) {
            return token.asString();
        }
        return token.path("content").isString() ? token.path("content").asString() : null;
    }

    private static OptionalInt id(@Nullable String token, TokenizerJsonReader.Contents contents) {
        if (token == null) {
            return OptionalInt.empty();
        }
        for (AddedToken added : contents.added()) {
            if (added.content().equals(token)) {
                return OptionalInt.of(added.id());
            }
        }
        Integer id = contents.model().vocabulary().get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** A file beside tokenizer.json; an empty object if it is missing. */
    private JsonNode config(String name) {
        Path path = folder.resolve(name);
        if (!Files.isRegularFile(path)) {
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(text(path));
        } catch (JacksonException e) {
            throw new ModelInvalidException(name, "file", "is not JSON that can be read", e);
        }
    }

    private String text(Path path) {
        String name = String.valueOf(path.getFileName());
        try {
            if (Files.size(path) > MAX_CONFIG_BYTES) {
                throw new ModelInvalidException(
                        name, "file", "has %,d bytes, the limit is %,d".formatted(Files.size(path), MAX_CONFIG_BYTES));
            }
            return Files.readString(path);
        } catch (IOException e) {
            throw new ModelInvalidException(name, "file", "cannot be read as UTF-8", e);
        }
    }
}
