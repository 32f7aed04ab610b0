package dev.kvasir.model.tokenizer;

import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the tokenizer.json that the native library gets: without special tokens, without truncation and padding, and with
 * every other added token in the vocabulary, so that its id does not depend on the order.
 */
final class NativeJson {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final TokenizerDefinition definition;
    private final JsonGenerator out;

    private NativeJson(TokenizerDefinition definition, JsonGenerator out) {
        this.definition = definition;
        this.out = out;
    }

    static byte[] write(TokenizerDefinition definition) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            new NativeJson(definition, out).write();
        }
        return bytes.toByteArray();
    }

    private void write() {
        out.writeStartObject();
        out.writeStringProperty("version", "1.0");
        out.writeNullProperty("truncation");
        out.writeNullProperty("padding");
        out.writeArrayPropertyStart("added_tokens");
        definition.added().stream().filter(token -> !token.special()).forEach(this::added);
        out.writeEndArray();
        step("normalizer", definition.steps().normalizer());
        step("pre_tokenizer", definition.steps().preTokenizer());
        step("post_processor", definition.steps().postProcessor());
        out.writeNullProperty("decoder");
        out.writeName("model");
        model(definition.model());
        out.writeEndObject();
    }

    private void added(AddedToken token) {
        out.writeStartObject();
        out.writeNumberProperty("id", token.id());
        out.writeStringProperty("content", token.content());
        out.writeBooleanProperty("single_word", token.singleWord());
        out.writeBooleanProperty("lstrip", token.leftSpace());
        out.writeBooleanProperty("rstrip", token.rightSpace());
        out.writeBooleanProperty("normalized", token.normalized());
        out.writeBooleanProperty("special", false);
        out.writeEndObject();
    }

    private void step(String name, @Nullable JsonNode step) {
        out.writeName(name);
        if (step == null) {
            out.writeNull();
        } else {
            JSON.writeTree(out, step);
        }
    }

    private void model(BpeModel model) {
        out.writeStartObject();
        out.writeStringProperty("type", "BPE");
        out.writeNullProperty("dropout");
        String unknown = model.unknown();
        if (unknown == null) {
            out.writeNullProperty("unk_token");
        } else {
            out.writeStringProperty("unk_token", unknown);
        }
        out.writeNullProperty("continuing_subword_prefix");
        out.writeNullProperty("end_of_word_suffix");
        out.writeBooleanProperty("fuse_unk", model.fuseUnknown());
        out.writeBooleanProperty("byte_fallback", model.byteFallback());
        out.writeBooleanProperty("ignore_merges", model.ignoreMerges());
        vocabulary(model);
        out.writeArrayPropertyStart("merges");
        for (Merge merge : model.merges()) {
            out.writeStartArray();
            out.writeString(merge.left());
            out.writeString(merge.right());
            out.writeEndArray();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void vocabulary(BpeModel model) {
        Set<String> hidden = hidden(model);
        out.writeObjectPropertyStart("vocab");
        model.vocabulary()
                .forEach((token, id) -> out.writeNumberProperty(hidden.contains(token) ? unreachable(id) : token, id));
        for (AddedToken token : definition.added()) {
            if (!model.vocabulary().containsKey(token.content())) {
                out.writeNumberProperty(token.special() ? unreachable(token.id()) : token.content(), token.id());
            }
        }
        out.writeEndObject();
    }

    /** Special tokens that plain text must not reach; those that merges or the model itself need keep their names. */
    private Set<String> hidden(BpeModel model) {
        Set<String> hidden = new HashSet<>();
        definition.added().stream()
                .filter(AddedToken::special)
                .map(AddedToken::content)
                .forEach(hidden::add);
        for (Merge merge : model.merges()) {
            hidden.remove(merge.left());
            hidden.remove(merge.right());
            hidden.remove(merge.joined());
        }
        String unknown = model.unknown();
        if (unknown != null) {
            hidden.remove(unknown);
        }
        return hidden;
    }

    private static String unreachable(int id) {
        return "\u0000\u0001special\u0001\u0000" + id;
    }
}
