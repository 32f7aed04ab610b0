package dev.kvasir.operation.study;

import dev.kvasir.inquiry.QuizInvalidException;
import dev.kvasir.inquiry.QuizLines;
import dev.kvasir.operation.DataFolders;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.study.StudyQuestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The quizzes that studies may name: files in the folders of data sets, and the one that comes along. */
final class StudyQuizzes {

    /** The quiz that comes along, where no file of that name is there. */
    private static final String POCKET = "pocket";

    private static final long LARGEST = 32L << 20;

    private final DataFolders folders;

    StudyQuizzes(DataFolders folders) {
        this.folders = folders;
    }

    /** Why a quiz of that name cannot be asked, as a sentence without its stop; empty if it can. */
    Optional<String> refusal(String name) {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException broken) {
            return Optional.of("'quiz' is a path, not '%s'".formatted(name));
        }
        if (folders.isOutside(file)) {
            return Optional.of(
                    "'quiz' must lie in the folder 'datasets' under KVASIR_HOME, or in another that the server is configured"
                            + " with; '%s' does not".formatted(name));
        }
        return name.equals(POCKET) || folders.find(file).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "'quiz' names '%s', and there is no such file in the folder 'datasets' under KVASIR_HOME; 'pocket' is the quiz that comes along"
                                .formatted(name));
    }

    /**
     * All questions of a quiz.
     *
     * @throws QuizInvalidException if it is not there, is too large, or a line is no question
     */
    List<StudyQuestion> read(String name) {
        Optional<Path> file = folders.find(Path.of(name));
        if (file.isEmpty() && name.equals(POCKET)) {
            return QuizLines.read(name, PocketPair.quiz());
        }
        return QuizLines.read(name, text(name, file.orElseThrow(() -> gone(name))));
    }

    private static String text(String name, Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new QuizInvalidException(
                        "%s is larger than %d MiB; take fewer questions.".formatted(name, LARGEST >> 20));
            }
            return Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(name + " cannot be read", broken);
        }
    }

    private static QuizInvalidException gone(String name) {
        return new QuizInvalidException("%s is not in this worker's folder 'datasets'.".formatted(name));
    }
}
