package dev.kvasir.model.tokenizer;

import dev.kvasir.model.ModelInvalidException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a post-processor adds around a text. */
final class Surroundings {

    private final String file;
    private final List<Integer> before = new ArrayList<>();
    private final List<Integer> after = new ArrayList<>();
    private @Nullable JsonNode rest;

    Surroundings(String file, @Nullable JsonNode postProcessor) {
        this.file = file;
        if (postProcessor != null && !postProcessor.isNull()) {
            read(postProcessor);
        }
    }

    List<Integer> before() {
        return before;
    }

    List<Integer> after() {
        return after;
    }

    /** The step that native code still has to do: it moves offsets only. */
    @Nullable
    JsonNode withoutTemplate() {
        return rest;
    }

    private void read(JsonNode step) {
        switch (step.path("type").asString("")) {
            case "Sequence" ->
                step.path("processors").forEach(inner -> {
                    if (inner.path("type").asString("").equals("Sequence")) {
                        throw invalid("holds a sequence in a sequence");
                    }
                    read(inner);
                });
            case "ByteLevel" -> rest = step;
            case "TemplateProcessing" -> template(step);
            default ->
                throw invalid("'%s' is not supported"
                        .formatted(Names.shown(step.path("type").asString(""))));
        }
    }

    private void template(JsonNode step) {
        boolean behind = false;
        for (JsonNode piece : step.path("single")) {
            if (piece.has("Sequence")) {
                if (behind) {
                    throw invalid("names the text twice");
                }
                behind = true;
                continue;
            }
            String name = piece.path("SpecialToken").path("id").asString("");
            JsonNode ids = step.path("special_tokens").path(name).path("ids");
            if (!ids.isArray() || ids.isEmpty()) {
                throw invalid("names the token '%s' but does not define it".formatted(Names.shown(name)));
            }
            for (JsonNode id : ids) {
                (behind ? after : before).add(id.asInt(-1));
            }
        }
    }

    void check(TokenizerDefinition definition) {
        List<Integer> added = new ArrayList<>(before);
        added.addAll(after);
        for (int id : added) {
            boolean known = definition.model().vocabulary().containsValue(id)
                    || definition.added().stream().anyMatch(token -> token.id() == id);
            if (!known) {
                throw invalid("adds the id %d, which no token has".formatted(id));
            }
        }
    }

    private ModelInvalidException invalid(String rule) {
        return new ModelInvalidException(file, "post_processor", rule);
    }
}
