package dev.kvasir.torch;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A program does not compile, or a method of it failed; the message holds torch's own sentence and the source line. */
public final class TorchProgramException extends RuntimeException {
    private TorchProgramException(String message, Throwable cause) {
        super(message, cause);
    }

    static TorchProgramException inSource(Throwable cause) {
        return new TorchProgramException("A torch program does not compile: " + reason(cause), cause);
    }

    static TorchProgramException inMethod(String method, Throwable cause) {
        return new TorchProgramException("The torch program's method '" + method + "' failed: " + reason(cause), cause);
    }

    /** torch's message without its native stack frames. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return Arrays.stream(message.split("\n"))
                .filter(line -> !line.startsWith("frame #") && !line.startsWith("Exception raised from"))
                .collect(Collectors.joining("\n"))
                .strip();
    }
}
