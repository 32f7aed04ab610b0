package dev.kvasir.model.tokenizer;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the names in {@code tokenizer.ggml.pre} stand for. */
enum GgufSplitting {
    GPT2("gpt-2,default", null, Constants.BYTES_BY_GPT2_RULE, false, false),
    SMOLLM("smollm", null, """
            {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, %s]}
            """.formatted(Constants.BYTES_BY_GPT2_RULE), false, false),
    QWEN2("qwen2", "{\"type\": \"NFC\"}", Constants.pattern("\\\\p{N}"), false, false),
    LLAMA3("llama-bpe,llama3,llama-v3", null, Constants.pattern("\\\\p{N}{1,3}"), true, true);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String names;
    private final @Nullable String normalizer;
    private final String preTokenizer;
    private final boolean ignoreMerges;
    private final boolean addsBos;

    GgufSplitting(
            String names, @Nullable String normalizer, String preTokenizer, boolean ignoreMerges, boolean addsBos) {
        this.names = names;
        this.normalizer = normalizer;
        this.preTokenizer = preTokenizer;
        this.ignoreMerges = ignoreMerges;
        this.addsBos = addsBos;
    }

    static Optional<GgufSplitting> named(String pre) {
        return Arrays.stream(values())
                .filter(splitting ->
                        Arrays.asList(splitting.names.split(",", -1)).contains(pre))
                .findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(splitting -> splitting.names).collect(Collectors.joining(","));
    }

    @Nullable
    JsonNode normalizer() {
        return normalizer == null ? null : JSON.readTree(normalizer);
    }

    JsonNode preTokenizer() {
        return JSON.readTree(preTokenizer);
    }

    boolean ignoreMerges() {
        return ignoreMerges;
    }

    /** Whether the begin token is added when the file does not say. */
    boolean addsBos() {
        return addsBos;
    }

    /** SentencePiece's view of spaces. */
    static JsonNode spaces(boolean prefix) {
        String replace = "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"\u2581\"}";
        return JSON.readTree(
                prefix
                        ? "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Prepend\", \"prepend\": \"\u2581\"}, %s]}"
                                .formatted(replace)
                        : replace);
    }

    /** Before the values, which are built from them. */
    private static final class Constants {

        static final String BYTES_BY_GPT2_RULE =
                "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": true}";

        private Constants() {}

        /** The rule of Llama 3 and Qwen, which differ in how they take digits. */
        static String pattern(String digits) {
            return """
            {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated", "invert": false, "pattern":
              {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|%s| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"}},
             {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}
            """.formatted(digits);
        }
    }
}
