package dev.kvasir.cli;

import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A fuser as a command names it: a path, or a name in the store.
 *
 * @param folder the fuser's files
 */
record FuserArgument(Path folder) {

    /** How a fuser's numbers are stored. */
    enum Numbers {
        /** In {@code fuser.safetensors}. */
        SAFETENSORS,
        /** In pickled {@code .pt} files, read by a whitelist. */
        PICKLED
    }

    /**
     * Finds what the argument means; a path wins over a name.
     *
     * @throws CommandFailedException if neither exists
     */
    static FuserArgument of(String argument) {
        if (Files.isDirectory(Path.of(argument))) {
            return new FuserArgument(Path.of(argument));
        }
        Path store = KvasirHome.locate().fusers();
        return new FuserStore(store)
                .find(argument)
                .map(stored -> new FuserArgument(stored.folder()))
                .orElseThrow(() -> new CommandFailedException(
                        ExitCode.NOT_FOUND,
                        "There is no fuser '%s', neither as a folder nor in %s.".formatted(argument, store)));
    }

    FuserCheckpoint open(Numbers numbers) {
        return switch (numbers) {
            case SAFETENSORS -> FuserCheckpoint.open(folder);
            case PICKLED -> FuserCheckpoint.openPickled(folder);
        };
    }
}
