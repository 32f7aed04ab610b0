package dev.kvasir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command's prompt comes from: the command line, a file, or ids. */
final class PromptSource {

    @Option(
            names = {"-p", "--prompt"},
            paramLabel = "TEXT",
            description = "The text.")
    private @Nullable String text;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A UTF-8 file that holds the text.")
    private @Nullable Path file;

    @Option(names = "--ids", split = ",", paramLabel = "ID", description = "Token ids, as they are.")
    private @Nullable List<Integer> ids;

    boolean hasIds() {
        return ids != null;
    }

    /** The ids that were given; empty if a text was. */
    List<Integer> ids() {
        return ids == null ? List.of() : ids;
    }

    /** The text that was given. */
    String text() {
        if (text != null) {
            return text;
        }
        if (file == null) {
            throw new CommandFailedException(ExitCode.WRONG_USAGE, "A text is needed: -p TEXT or -f FILE.");
        }
        return read(file);
    }

    static String read(Path file) {
        if (!Files.exists(file) || Files.isDirectory(file)) { // a pipe is a file too
            throw new CommandFailedException(ExitCode.NOT_FOUND, "There is no file %s.".formatted(file));
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "File %s cannot be read as UTF-8: %s".formatted(file, e.getMessage()), e);
        }
    }
}
