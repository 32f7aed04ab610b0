package dev.kvasir.operation.training;

import dev.kvasir.training.TrainingProgress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What an {@code operation.progress} holds: {@code phase} is READING while both models read the chats, then TRAINING. */
final class TrainingProgressJson {

    /** The phase that has a point for each step. */
    static final String TRAINING = "TRAINING";

    static final String HELD_OUT_LOSS = "heldOutLoss";

    private TrainingProgressJson() {}

    static ObjectNode reading(int chats, int of) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("phase", "READING")
                .put("chats", chats)
                .put("of", of);
    }

    static ObjectNode step(TrainingProgress progress) {
        ObjectNode data = JsonNodeFactory.instance
                .objectNode()
                .put("phase", TRAINING)
                .put("step", progress.step())
                .put("steps", progress.steps())
                .put("loss", progress.loss());
        if (progress.heldOutLoss() != null) {
            data.put(HELD_OUT_LOSS, progress.heldOutLoss());
        }
        return data.put("gradientNorm", progress.gradientNorm())
                .put("learningRate", progress.learningRate())
                .put("temperature", progress.temperature())
                .put("gatesOpen", progress.gatesOpen())
                .put("gates", progress.gates())
                .put("tokensPerSecond", progress.tokensPerSecond())
                .put("remainingMs", progress.remaining().toMillis());
    }

    static TrainingPoint point(JsonNode data) {
        JsonNode heldOut = data.path(HELD_OUT_LOSS);
        return new TrainingPoint(
                data.path("step").asInt(),
                data.path("steps").asInt(),
                data.path("loss").asDouble(Double.NaN),
                heldOut.isNumber() ? Double.valueOf(heldOut.asDouble()) : null,
                data.path("gradientNorm").asDouble(Double.NaN),
                data.path("learningRate").asDouble(),
                data.path("temperature").asDouble(),
                data.path("gatesOpen").asInt(),
                data.path("gates").asInt(),
                data.path("tokensPerSecond").asDouble(),
                data.path("remainingMs").asLong());
    }
}
