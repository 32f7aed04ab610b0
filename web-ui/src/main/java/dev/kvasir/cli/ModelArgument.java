package dev.kvasir.cli;

import dev.kvasir.model.ModelManifest;
import dev.kvasir.model.StoredModel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model as a command names it: a path, or a name in the store.
 *
 * @param name what people call it
 * @param path a folder or a GGUF file
 * @param isStored whether it was found by its name in the store
 */
record ModelArgument(String name, Path path, boolean isStored) {

    /**
     * Finds what the argument means; a path wins over a name.
     *
     * @throws CommandFailedException if neither exists
     */
    static ModelArgument of(String argument) {
        Path path = Path.of(argument);
        if (Files.exists(path)) {
            return new ModelArgument(
                    String.valueOf(path.toAbsolutePath().normalize().getFileName()), path, false);
        }
        StoredModel stored = KvasirHome.locate()
                .models()
                .find(argument)
                .orElseThrow(() -> new CommandFailedException(
                        ExitCode.NOT_FOUND,
                        "There is no model '%s', neither as a path nor in %s. See: kvasir models list"
                                .formatted(
                                        argument, KvasirHome.locate().models().folder())));
        return new ModelArgument(stored.name(), stored.path(), true);
    }

    /** What was known of a model when it was added to the store; nothing of one that lies elsewhere. */
    ModelManifest manifest() {
        return isStored ? KvasirHome.locate().models().manifest(name) : ModelManifest.NONE;
    }
}
