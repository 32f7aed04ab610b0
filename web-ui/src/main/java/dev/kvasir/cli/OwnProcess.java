package dev.kvasir.cli;

import dev.kvasir.decoder.direct.VectorApi;
import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start this program again, from the same jar and Java. */
final class OwnProcess {

    /** Weights and caches lie outside the heap; what little is in it is collected often, so that it stays small. */
    private static final List<String> SMALL_HEAP = List.of("-XX:+UseSerialGC", "-Xms64m");

    private OwnProcess() {}

    /** A command line that a command of Kvasir is to be added to. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (ModuleFinder.ofSystem().find(VectorApi.MODULE).isPresent()) {
            command.addAll(List.of("--add-modules", VectorApi.MODULE));
        }
        command.addAll(SMALL_HEAP);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        String classPath = System.getProperty("java.class.path");
        boolean isOneJar = classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator);
        command.addAll(
                isOneJar ? List.of("-jar", classPath) : List.of("-cp", classPath, KvasirCommand.class.getName()));
        return command;
    }
}
