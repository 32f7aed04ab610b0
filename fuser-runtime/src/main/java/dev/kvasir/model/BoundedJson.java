package dev.kvasir.model;

import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON of model files: limited depth, lengths and numbers, no name twice, UTF-8 only. */
final class BoundedJson {

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNameLength(1_000)
                    .maxNumberLength(100)
                    .maxStringLength(1_000_000)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int SHOWN = 80;

    private BoundedJson() {}

    /** Reads a file that holds one JSON object. */
    static JsonNode readObject(Path path, long maxBytes) {
        try (ModelFile file = ModelFile.open(path)) {
            if (file.size() > maxBytes) {
                throw file.invalid("file", "has %d bytes; at most %d are read".formatted(file.size(), maxBytes));
            }
            var decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            JsonNode tree = MAPPER.readTree(new InputStreamReader(file.stream(0, file.size()), decoder));
            if (!tree.isObject()) {
                throw file.invalid("file", "must be a JSON object");
            }
            return tree;
        } catch (JacksonException e) {
            throw new ModelInvalidException(ModelFile.fileName(path), "file", "is not valid JSON: " + reason(e), e);
        }
    }

    /** A parser's complaint on one short line. */
    static String reason(JacksonException e) {
        return shortened(String.valueOf(e.getOriginalMessage()));
    }

    static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
