package dev.kvasir.fuser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fusers kept on this machine, one folder each under its name. A fuser appears when it is whole: it is put together
 * under a hidden name and moved. Safe for several threads and processes.
 */
public final class FuserStore {

    private static final Logger LOG = LoggerFactory.getLogger(FuserStore.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final Path folder;

    /**
     * Opens a store; the folder is made when something is added.
     *
     * @param folder such as {@code ~/.kvasir/fusers}
     */
    public FuserStore(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Every fuser that can be read, by name. */
    public List<StoredFuser> list() {
        List<StoredFuser> fusers = new ArrayList<>();
        for (Path entry : entries()) {
            try {
                fusers.add(describe(entry));
            } catch (FuserInvalidException fault) {
                LOG.warn("The fuser in {} is left out: {}", entry, fault.getMessage());
            }
        }
        fusers.sort(Comparator.comparing(StoredFuser::name));
        return List.copyOf(fusers);
    }

    /**
     * Finds a fuser by its name.
     *
     * @throws FuserInvalidException if it cannot be read
     */
    public Optional<StoredFuser> find(String name) {
        return entries().stream()
                .filter(entry -> nameOf(entry).equals(name))
                .findFirst()
                .map(FuserStore::describe);
    }

    /** Writes a fuser into the store, in our layout. */
    public StoredFuser add(String name, FuserCheckpoint checkpoint) {
        return add(name, checkpoint::save);
    }

    /** Writes a trained fuser into the store. */
    public StoredFuser add(String name, FuserDescription description, FuserTensors tensors) {
        return add(name, draft -> FuserCheckpoint.write(draft, description, tensors));
    }

    private StoredFuser add(String name, Consumer<Path> writer) {
        if (!NAME.matcher(name).matches()) {
            throw new FuserStoreException(
                    ("'%s' cannot be a fuser's name: use letters, digits, '.', '_' and '-', a letter or digit first, up to"
                                    + " 100.")
                            .formatted(name));
        }
        Path target = folder.resolve(name);
        if (Files.exists(target)) {
            throw new FuserStoreException("A fuser '%s' is already there. Choose another name.".formatted(name));
        }
        try {
            Path draft = Files.createTempDirectory(Files.createDirectories(folder), ".adding-");
            try {
                writer.accept(draft);
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                delete(draft);
            }
        } catch (IOException fault) {
            throw new FuserStoreException(
                    "Fuser '%s' could not be written into %s: %s".formatted(name, folder, fault.getMessage()), fault);
        }
        return describe(target);
    }

    /**
     * Deletes a fuser.
     *
     * @throws FuserStoreException if there is none of this name
     */
    public void remove(String name) {
        Path fuser = entries().stream()
                .filter(entry -> nameOf(entry).equals(name))
                .findFirst()
                .orElseThrow(() -> new FuserStoreException("There is no fuser '%s' in %s.".formatted(name, folder)));
        try {
            Path grave = Files.createTempDirectory(folder, ".removing-");
            Files.move(fuser, grave.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            delete(grave);
        } catch (IOException fault) {
            throw new FuserStoreException(
                    "Fuser '%s' could not be removed from %s: %s".formatted(name, folder, fault.getMessage()), fault);
        }
    }

    private List<Path> entries() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> NAME.matcher(nameOf(entry)).matches())
                    .filter(entry -> Files.isRegularFile(entry.resolve(FuserFile.NAME)))
                    .toList();
        } catch (IOException fault) {
            throw new FuserStoreException(
                    "The fuser store %s cannot be read: %s".formatted(folder, fault.getMessage()), fault);
        }
    }

    private static StoredFuser describe(Path entry) {
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(entry)) {
            return new StoredFuser(nameOf(entry), entry, checkpoint.description());
        }
    }

    private static String nameOf(Path entry) {
        return String.valueOf(entry.getFileName());
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> doomed;
        try (Stream<Path> paths = Files.walk(tree)) {
            doomed = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : doomed) {
            Files.delete(path);
        }
    }
}
