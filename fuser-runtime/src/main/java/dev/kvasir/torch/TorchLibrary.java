package dev.kvasir.torch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What is known of libtorch before it is started. */
public final class TorchLibrary {
    private TorchLibrary() {}

    /** Like {@code 2.7.1-20250812 cpu}; of the natives on the class path, or of those the environment names. */
    public static String version() {
        String own = System.getenv("PYTORCH_LIBRARY_PATH");
        if (own != null) {
            return own + " " + System.getenv("PYTORCH_VERSION") + " " + System.getenv("PYTORCH_FLAVOR");
        }
        LibTorch.requireNatives(TorchLibrary.class.getClassLoader());
        Properties properties = new Properties();
        try (InputStream in =
                TorchLibrary.class.getClassLoader().getResourceAsStream("native/lib/pytorch.properties")) {
            properties.load(in);
        } catch (IOException unreadable) {
            throw new TorchUnavailableException("libtorch's natives on the class path cannot be read.", unreadable);
        }
        return properties.getProperty("version") + " " + properties.getProperty("flavor");
    }

    /** Native threads that a program runs with. */
    public static int threads() {
        return Integer.parseInt(System.getProperty(LibTorch.THREADS, LibTorch.threads()));
    }
}
