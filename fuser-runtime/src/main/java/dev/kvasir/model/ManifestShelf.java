package dev.kvasir.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The manifests of a store, a JSON file for each model, in a hidden folder beside the models. */
final class ManifestShelf {

    private static final long MAX_BYTES = 64_000_000;
    private static final String JSON = ".json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path folder;

    ManifestShelf(Path store) {
        this.folder = store.resolve(".manifests");
    }

    /** The model's manifest, or {@link ModelManifest#NONE}. */
    ModelManifest read(String name) {
        Path file = folder.resolve(name + JSON);
        if (!Files.isRegularFile(file)) {
            return ModelManifest.NONE;
        }
        try {
            return MAPPER.treeToValue(BoundedJson.readObject(file, MAX_BYTES), ModelManifest.class);
        } catch (JacksonException | ModelInvalidException damaged) {
            throw new ModelStoreException(
                    "The manifest %s is damaged (%s). Delete it, or add the model again."
                            .formatted(file, BoundedJson.shortened(String.valueOf(damaged.getMessage()))),
                    damaged);
        }
    }

    void write(String name, ModelManifest manifest) throws IOException {
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, ".", "");
        Files.write(draft, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
        Files.move(
                draft,
                folder.resolve(name + JSON),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name + JSON));
    }
}
