package dev.kvasir.decoder.kernel;

import dev.kvasir.torch.TorchLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which kernels work on this machine, with the right numbers. Found out once, in a child process, and remembered in a file
 * for this processor and this libtorch. A kernel that crashed or hung there is one that does not work.
 */
public final class KernelVerdicts {
    private static final Logger log = LoggerFactory.getLogger(KernelVerdicts.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WORKS = "works";
    private static final String JAR_OF_JARS = "org.springframework.boot.loader.launch.PropertiesLauncher";

    private final Map<Kernel, String> verdicts;

    private KernelVerdicts(Map<Kernel, String> verdicts) {
        this.verdicts = Collections.unmodifiableMap(verdicts);
    }

    /** What is known, tried first if it is not. The first call on a machine takes some seconds. */
    public static KernelVerdicts get() {
        return Holder.VERDICTS;
    }

    /** Those that can be used. {@link Kernel#PLAIN} always can. */
    public Set<Kernel> usable() {
        Set<Kernel> usable = EnumSet.of(Kernel.PLAIN);
        verdicts.forEach((kernel, verdict) -> {
            if (verdict.equals(WORKS)) {
                usable.add(kernel);
            }
        });
        return usable;
    }

    /** Why each of the others cannot. */
    public Map<Kernel, String> refused() {
        Map<Kernel, String> refused = new EnumMap<>(verdicts);
        refused.keySet().removeAll(usable());
        return refused;
    }

    private static KernelVerdicts find() {
        String file = "verdicts-" + Machine.key() + ".properties";
        Optional<Map<Kernel, String>> known = KernelFolder.read(file).flatMap(KernelVerdicts::complete);
        if (known.isPresent()) {
            return new KernelVerdicts(known.get());
        }
        Map<Kernel, String> found = new EnumMap<>(Kernel.class);
        try {
            Path report = Files.createTempFile("kvasir-kernels", ".txt");
            try {
                tryAll(report, found);
            } finally {
                Files.deleteIfExists(report);
            }
        } catch (IOException e) {
            log.warn("Kernels could not be tried ({}); only {} is used", e.getMessage(), Kernel.PLAIN.id());
            return new KernelVerdicts(new EnumMap<>(Kernel.class));
        }
        Properties remembered = new Properties();
        found.forEach((kernel, verdict) -> remembered.setProperty(kernel.id(), verdict));
        KernelFolder.write(file, remembered);
        return new KernelVerdicts(found);
    }

    private static Optional<Map<Kernel, String>> complete(Properties properties) {
        Map<Kernel, String> verdicts = new EnumMap<>(Kernel.class);
        for (Kernel kernel : tried()) {
            String verdict = properties.getProperty(kernel.id());
            if (verdict == null) {
                return Optional.empty();
            }
            verdicts.put(kernel, verdict);
        }
        return Optional.of(verdicts);
    }

    private static Set<Kernel> tried() {
        return EnumSet.complementOf(EnumSet.of(Kernel.PLAIN, Kernel.DIRECT));
    }

    /** Starts child after child until each kernel has a verdict: every child settles at least one. */
    private static void tryAll(Path report, Map<Kernel, String> found) throws IOException {
        Set<Kernel> open = tried();
        while (!open.isEmpty()) {
            String end = runChild(report, open);
            int before = open.size();
            read(Files.readAllLines(report), end, found);
            open.removeAll(found.keySet());
            if (open.size() == before) {
                open.forEach(kernel -> found.put(kernel, "the trial did not start: " + end));
                return;
            }
        }
    }

    /** Returns how the child ended, in words. */
    private static String runChild(Path report, Set<Kernel> kernels) throws IOException {
        List<String> command = new ArrayList<>(command());
        command.add(report.toString());
        kernels.forEach(kernel -> command.add(kernel.id()));
        Process child = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (child.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                return "ended with code " + child.exitValue();
            }
            return "hung for " + PATIENCE.toSeconds() + " s";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            child.destroyForcibly();
        }
    }

    static void read(List<String> lines, String end, Map<Kernel, String> found) {
        for (String line : lines) {
            Optional<Kernel> kernel = Kernel.ofId(line.split(" ", 2)[0]);
            if (kernel.isPresent()) {
                String said = line.substring(kernel.get().id().length());
                found.put(kernel.get(), said.equals(KernelProbe.TRY) ? "the trial " + end : verdict(said));
            }
        }
    }

    private static String verdict(String said) {
        return said.equals(KernelProbe.WORKS) ? WORKS : said.substring(KernelProbe.FAILS.length());
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-Dkvasir.threads=" + TorchLibrary.threads());
        String classPath = System.getProperty("java.class.path");
        boolean isJarOfJars = ClassLoader.getSystemResource(JAR_OF_JARS.replace('.', '/') + ".class") != null;
        if (isJarOfJars) {
            command.add("-Dloader.main=" + KernelProbe.class.getName());
        }
        command.addAll(List.of("-cp", classPath, isJarOfJars ? JAR_OF_JARS : KernelProbe.class.getName()));
        return Collections.unmodifiableList(command);
    }

    private static final class Holder {
        static final KernelVerdicts VERDICTS = find();
    }
}
