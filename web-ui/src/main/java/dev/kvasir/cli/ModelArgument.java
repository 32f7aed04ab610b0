package dev.kvasir.cli;

import dev.kvasir.model.StoredModel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model as a command names it: a path, or a name in the store.
 *
 * @param name what people call it
 * @param path a folder or a GGUF file
 */
record ModelArgument(String name, Path path) {

    /**
     * Finds what the argument means; a path wins over a name.
     *
     * @throws CommandFailedException if neither exists
     */
    static ModelArgument of(String argument) {
        Path path = Path.of(argument);
        if (Files.exists(path)) {
            return new ModelArgument(
                    String.valueOf(path.toAbsolutePath().normalize().getFileName()), path);
        }
        StoredModel stored = KvasirHome.locate()
                .models()
                .find(argument)
                .orElseThrow(() -> new CommandFailedException(
                        ExitCode.NOT_FOUND,
                        "There is no model '%s', neither as a path nor in %s. See: kvasir models list"
                                .formatted(
                                        argument, KvasirHome.locate().models().folder())));
        return new ModelArgument(stored.name(), stored.path());
    }
}
