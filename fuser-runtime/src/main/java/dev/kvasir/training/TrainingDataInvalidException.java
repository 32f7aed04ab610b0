package dev.kvasir.training;

import java.nio.file.Path;

/** Training chats that cannot be used. */
public final class TrainingDataInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TrainingDataInvalidException(Path file, int line, String rule) {
        super("%s, line %d: %s.".formatted(file, line, rule));
    }

    TrainingDataInvalidException(Path file, String rule) {
        super("%s: %s.".formatted(file, rule));
    }
}
