package dev.kvasir.decoder.kernel;

import dev.kvasir.torch.TorchLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What tells two machines apart as far as kernels go: the processor's model and flags, and libtorch's version. */
final class Machine {
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final List<String> TELLING = List.of("model name", "flags", "Features", "CPU part");
    private static final int KEY_DIGITS = 16;

    private Machine() {}

    /** A short name for a file. */
    static String key() {
        return digest(processor() + System.getProperty("os.arch") + TorchLibrary.version());
    }

    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, KEY_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }

    /** Empty where the system does not tell; the architecture and libtorch's version then have to do. */
    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSOR)) {
            return lines.filter(line -> TELLING.stream().anyMatch(line::startsWith))
                    .distinct()
                    .collect(Collectors.joining("\n"));
        } catch (IOException untold) {
            return "";
        }
    }
}
