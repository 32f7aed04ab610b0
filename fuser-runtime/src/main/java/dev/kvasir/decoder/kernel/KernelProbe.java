package dev.kvasir.decoder.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The process that tries kernels, so that one which crashes takes nothing else along. It writes a line before and behind
 * each: {@code onednn-int8 try}, then {@code onednn-int8 works} or {@code onednn-int8 fails: why}.
 */
public final class KernelProbe {
    static final String TRY = " try";
    static final String WORKS = " works";
    static final String FAILS = " fails: ";

    private KernelProbe() {}

    /** Tries kernels; the arguments are a file to append to, then the kernels' ids. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        for (String id : List.of(arguments).subList(1, arguments.length)) {
            Kernel kernel = Kernel.ofId(id)
                    .orElseThrow(() -> new IllegalArgumentException("There is no kernel '%s'.".formatted(id)));
            append(file, id + TRY);
            String fault = KernelProof.fault(kernel);
            append(file, id + (fault.isEmpty() ? WORKS : FAILS + fault));
        }
    }

    private static void append(Path file, String line) throws IOException {
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
