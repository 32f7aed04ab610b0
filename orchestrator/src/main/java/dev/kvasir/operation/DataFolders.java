package dev.kvasir.operation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folders whose files may be named over the API; nothing outside of them is ever opened for one. */
public final class DataFolders {

    private final Path home;
    private final List<Path> folders;

    /** @param home whose {@code datasets} come first */
    public DataFolders(Path home, List<Path> more) {
        this.home = home.toAbsolutePath().normalize();
        this.folders = Stream.concat(Stream.of(home.resolve("datasets")), more.stream())
                .map(folder -> folder.toAbsolutePath().normalize())
                .toList();
    }

    /**
     * Finds a file.
     *
     * @param name relative to one of the folders, or absolute within one
     * @return where it lies, links followed; empty if it is nowhere in the folders
     */
    public Optional<Path> find(Path name) {
        return folders.stream().flatMap(folder -> within(folder, name).stream()).findFirst();
    }

    /** Whether a name leaves every folder, whatever lies there. */
    public boolean isOutside(Path name) {
        return folders.stream()
                .noneMatch(folder -> folder.resolve(name).normalize().startsWith(folder));
    }

    /** The same text with the places of the folders and of the home left out. */
    public String withoutPlaces(String text) {
        String told = text;
        for (Path folder : folders) {
            told = told.replace(folder + "/", "");
        }
        return told.replace(home + "/", "");
    }

    private static Optional<Path> within(Path folder, Path name) {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(file).filter(found -> real(found).startsWith(real(folder)));
        } catch (UncheckedIOException gone) {
            return Optional.empty();
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
