package dev.kvasir.model;

import java.nio.file.Files;
import java.nio.file.Path;

/** Reads {@code generation_config.json}; its end tokens win over those of the configuration. */
final class GenerationReader {

    private static final long MAX_BYTES = 1_000_000;

    private GenerationReader() {}

    static GenerationDefaults read(Path folder, ModelConfig config) {
        Path path = folder.resolve("generation_config.json");
        if (!Files.exists(path)) {
            return GenerationDefaults.greedy(config.endIds());
        }
        var json = new ConfigObject(ModelFile.fileName(path), BoundedJson.readObject(path, MAX_BYTES));
        var endIds = json.integers("eos_token_id", 0, config.vocabularySize() - 1);
        return new GenerationDefaults(
                json.flag("do_sample", ConfigObject.Default.FALSE),
                json.optionalNumber("temperature"),
                json.optionalInteger("top_k", 0, Integer.MAX_VALUE),
                json.optionalNumber("top_p"),
                json.optionalNumber("min_p"),
                json.optionalPositive("repetition_penalty"),
                endIds.isEmpty() ? config.endIds() : endIds);
    }
}
