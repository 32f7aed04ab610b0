package dev.kvasir.training;

import java.nio.file.Path;

/** A recipe or a file of chats that is not where it was said to be. */
public final class TrainingFileMissingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private TrainingFileMissingException(String message) {
        super(message);
    }

    static TrainingFileMissingException recipe(Path file) {
        return new TrainingFileMissingException(
                "There is no recipe %s, or it cannot be read. Give the path of a .yaml or .json file."
                        .formatted(file.toAbsolutePath()));
    }

    static TrainingFileMissingException chats(Path file) {
        return new TrainingFileMissingException(
                ("There are no training chats at %s, or they cannot be read. A recipe's 'data.file' counts from the recipe's"
                                + " folder, --data from the current one.")
                        .formatted(file.toAbsolutePath()));
    }
}
