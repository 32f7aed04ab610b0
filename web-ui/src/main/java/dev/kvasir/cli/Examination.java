package dev.kvasir.cli;

import dev.kvasir.fuser.FuserStore;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.StoredModel;
import dev.kvasir.torch.TensorScope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The doctor's checks; none changes anything. */
final class Examination {

    private static final int JAVA = 25;
    private static final long LITTLE_DISK = 2L << 30;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int POSTGRES_PORT = 5432;
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final Set<String> FEATURES =
            Set.of("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "fma", "f16c");

    private final KvasirHome home;

    Examination(KvasirHome home) {
        this.home = home;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.add(natives());
        findings.add(database());
        findings.add(models());
        findings.add(fusers());
        findings.add(disk());
        findings.add(processor());
        return findings;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String text = "Java %s, heap up to %s"
                .formatted(
                        Runtime.version(), Bytes.readable(Runtime.getRuntime().maxMemory()));
        return version < JAVA ? Finding.fail("java", text, "Set JAVA_HOME to a JDK 25.") : Finding.ok("java", text);
    }

    private static Finding natives() {
        try (TensorScope scope = TensorScope.root()) {
            float[] values = scope.floats(new float[] {1, 2}, 2).toFloats();
            return values[1] == 2
                    ? Finding.ok("natives", "libtorch answers")
                    : Finding.fail("natives", "libtorch gives wrong numbers", "Reinstall Kvasir.");
        } catch (RuntimeException | LinkageError e) {
            return Finding.fail(
                    "natives", "libtorch does not load: " + e.getMessage(), "Reinstall Kvasir for this system.");
        }
    }

    private Finding database() {
        String url = environment("KVASIR_DATABASE_URL");
        if (url.isEmpty()) {
            return Finding.ok("database", "none is named; the embedded PostgreSQL is used");
        }
        return reachable(URI.create(url.replaceFirst("^jdbc:", "")));
    }

    private static Finding reachable(URI address) {
        @Nullable String host = address.getHost();
        int port = address.getPort() < 0 ? POSTGRES_PORT : address.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host == null ? "localhost" : host, port), CONNECT_MILLIS);
            return Finding.ok("database", "%s:%d can be reached".formatted(host, port));
        } catch (IOException e) {
            return Finding.fail(
                    "database",
                    "%s:%d cannot be reached: %s".formatted(host, port, e.getMessage()),
                    "Start it, or correct KVASIR_DATABASE_URL.");
        }
    }

    private Finding models() {
        List<String> broken = new ArrayList<>();
        List<StoredModel> models = home.models().list();
        for (StoredModel model : models) {
            try (Checkpoint checkpoint = Checkpoint.open(model.path())) {
                checkpoint.config();
            } catch (ModelInvalidException e) {
                broken.add(model.name() + " (" + e.getMessage() + ")");
            }
        }
        if (!broken.isEmpty()) {
            return Finding.warn(
                    "models", "broken: " + String.join(", ", broken), "Remove them: kvasir models remove NAME");
        }
        return models.isEmpty()
                ? Finding.warn("models", "none in " + home.models().folder(), "Add one: kvasir models add file:PATH")
                : Finding.ok(
                        "models",
                        "%d in %s".formatted(models.size(), home.models().folder()));
    }

    private Finding fusers() {
        int count = new FuserStore(home.fusers()).list().size();
        return count == 0
                ? Finding.warn("fusers", "none in " + home.fusers(), "Train one: kvasir fuser train")
                : Finding.ok("fusers", "%d in %s".formatted(count, home.fusers()));
    }

    private Finding disk() {
        Path folder = home.folder();
        while (!Files.exists(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        try {
            FileStore store = Files.getFileStore(folder);
            String text = "%s free at %s".formatted(Bytes.readable(store.getUsableSpace()), folder);
            if (!Files.isWritable(folder)) {
                return Finding.fail("disk", folder + " is not writable", "Set KVASIR_HOME to a folder that is.");
            }
            return store.getUsableSpace() < LITTLE_DISK
                    ? Finding.warn("disk", text, "Free some, or set KVASIR_HOME elsewhere.")
                    : Finding.ok("disk", text);
        } catch (IOException e) {
            return Finding.fail("disk", folder + " cannot be read: " + e.getMessage(), "Set KVASIR_HOME elsewhere.");
        }
    }

    private static Finding processor() {
        int cores = Runtime.getRuntime().availableProcessors();
        String text = "%d cores, %s".formatted(cores, System.getProperty("os.arch"));
        if (!Files.isReadable(PROCESSOR)) {
            return Finding.ok("processor", text);
        }
        try {
            Set<String> found =
                    new TreeSet<>(List.of(Files.readString(PROCESSOR).split("\\s+", -1)));
            found.retainAll(FEATURES);
            return found.contains("avx2")
                    ? Finding.ok("processor", text + ", " + String.join(" ", found))
                    : Finding.warn("processor", text + ", no AVX2", "Expect slow answers; a newer processor helps.");
        } catch (IOException e) {
            return Finding.warn("processor", text + ", features unknown: " + e.getMessage(), "Nothing needs doing.");
        }
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? "" : value;
    }
}
