package dev.kvasir.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Appends one JSON object a line for every optimiser step. */
final class TrainingMetrics {

    private final Path file;

    TrainingMetrics(Path file) {
        this.file = file;
    }

    void append(TrainingProgress progress) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", progress.step());
        line.put("steps", progress.steps());
        line.put("loss", progress.loss());
        if (progress.heldOutLoss() != null) {
            line.put("heldOutLoss", progress.heldOutLoss());
        }
        line.put("gradientNorm", progress.gradientNorm());
        line.put("learningRate", progress.learningRate());
        line.put("temperature", progress.temperature());
        line.put("gatesOpen", progress.gatesOpen());
        line.put("gates", progress.gates());
        line.put("tokensPerSecond", progress.tokensPerSecond());
        line.put("remainingMs", progress.remaining().toMillis());
        try {
            Files.writeString(
                    file,
                    JsonMapper.shared().writeValueAsString(line) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot write the metrics to " + file, fault);
        }
    }
}
