package dev.kvasir.training;

import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.SafetensorsWriter;
import dev.kvasir.model.TensorShape;
import dev.kvasir.training.FuserParameters.Name;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A run's state on disk, whole or as it was before: the parameters, both moments, the best parameters so far, and where the run
 * stands. A run that continues from it takes the steps that it would have taken.
 */
final class SavedTraining {

    private final Path file;
    private final String recipe;
    private final Map<String, FuserParameters> parts = new LinkedHashMap<>();

    /**
     * @param recipe what the state belongs to; a state of another recipe is not continued
     */
    SavedTraining(Path file, String recipe, FuserParameters parameters, FuserParameters best, AdamW optimiser) {
        this.file = file;
        this.recipe = recipe;
        parts.put("parameters", parameters);
        parts.put("best", best);
        parts.put("firsts", optimiser.firsts());
        parts.put("seconds", optimiser.seconds());
    }

    void save(TrainingState state) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("recipe", recipe)
                .metadata("step", String.valueOf(state.step()))
                .metadata("firstLoss", String.valueOf(state.firstLoss()))
                .metadata("bestLoss", String.valueOf(state.bestLoss()))
                .metadata("evaluationsSinceBest", String.valueOf(state.evaluationsSinceBest()));
        parts.forEach((part, held) -> {
            for (int i = 0; i < held.names().size(); i++) {
                Name name = held.names().get(i);
                writer.add(
                        part + "/" + name.full(),
                        new TensorShape(name.shape()),
                        held.tensors().get(i).toFloats());
            }
        });
        writer.write(file);
    }

    /** Fills the tensors from disk; empty, and nothing filled, if there is no state of this recipe. */
    Optional<TrainingState> load() {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
            Map<String, String> metadata = saved.metadata();
            if (!recipe.equals(metadata.get("recipe"))) {
                return Optional.empty();
            }
            parts.forEach((part, held) -> fill(saved, part, held));
            int step = Integer.parseInt(metadata.getOrDefault("step", "0"));
            return Optional.of(new TrainingState(
                    step,
                    step,
                    Double.parseDouble(metadata.getOrDefault("firstLoss", "NaN")),
                    Double.parseDouble(metadata.getOrDefault("bestLoss", "Infinity")),
                    Integer.parseInt(metadata.getOrDefault("evaluationsSinceBest", "0"))));
        }
    }

    private static void fill(SafetensorsFile saved, String part, FuserParameters held) {
        for (int i = 0; i < held.names().size(); i++) {
            Name name = held.names().get(i);
            float[] values = new float[name.count()];
            saved.readFloats(part + "/" + name.full(), FloatBuffer.wrap(values));
            held.tensors().get(i).memory().asFloatBuffer().put(values);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot remove the finished run's state " + file, fault);
        }
    }
}
