package dev.kvasir.model.tokenizer;

import dev.kvasir.model.ModelInvalidException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Understands the decoder of a tokenizer.json. */
final class DecoderReader {

    private final String file;
    private String from = "";
    private String to = "";
    private boolean byteFallback;
    private int stripped;

    private DecoderReader(String file) {
        this.file = file;
    }

    static TokenDecoder read(String file, @Nullable JsonNode decoder) {
        if (decoder == null || decoder.isNull()) {
            throw new ModelInvalidException(file, "decoder", "is missing");
        }
        List<JsonNode> steps = new ArrayList<>();
        if (decoder.path("type").asString("").equals("Sequence")) {
            decoder.path("decoders").forEach(steps::add);
        } else {
            steps.add(decoder);
        }
        if (steps.size() == 1 && steps.getFirst().path("type").asString("").equals("ByteLevel")) {
            return new TokenDecoder.ByteLevel();
        }
        return new DecoderReader(file).replacing(steps);
    }

    private TokenDecoder replacing(List<JsonNode> steps) {
        for (JsonNode step : steps) {
            String type = step.path("type").asString("");
            switch (type) {
                case "Replace" -> replace(step);
                case "ByteFallback" -> byteFallback = true;
                case "Fuse" -> {}
                case "Strip" -> strip(step);
                default -> throw invalid("'%s' is not supported".formatted(Names.shown(type)));
            }
        }
        return new TokenDecoder.Replacing(from, to, byteFallback, stripped);
    }

    private void replace(JsonNode step) {
        JsonNode pattern = step.path("pattern").path("String");
        if (!from.isEmpty() || !pattern.isString() || pattern.asString().isEmpty()) {
            throw invalid("may replace one string, once");
        }
        from = pattern.asString();
        to = step.path("content").asString("");
    }

    private void strip(JsonNode step) {
        stripped = step.path("start").asInt(0);
        if (step.path("stop").asInt(0) != 0
                || stripped < 0
                || stripped > 1
                || !step.path("content").asString("").equals(to)) {
            throw invalid("may strip one space at the start only");
        }
    }

    private ModelInvalidException invalid(String rule) {
        return new ModelInvalidException(file, "decoder", rule);
    }
}
