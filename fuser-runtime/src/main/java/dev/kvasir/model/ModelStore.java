package dev.kvasir.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The models kept on this machine: one folder, in which every GGUF file and every folder with a {@code config.json} is a
 * model under its own name. Safe for several threads and processes.
 *
 * <p>A model appears under its name only when it is whole: it is put together under a hidden name and moved. Of several added
 * under one name at once, the first has it and the others are refused. Digests are
 * remembered beside the models and made anew when a file's size or time changes.
 */
public final class ModelStore {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String GGUF = ".gguf";

    private final Path folder;
    private final Path digests;
    private final ManifestShelf manifests;
    private final ConcurrentHashMap<Path, Measured> measured = new ConcurrentHashMap<>();

    /**
     * Opens a store; the folder is made when something is added.
     *
     * @param folder such as {@code ~/.kvasir/models}
     */
    public ModelStore(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        this.digests = this.folder.resolve(".digests");
        this.manifests = new ManifestShelf(this.folder);
    }

    public Path folder() {
        return folder;
    }

    /** SHA-256 of what a model anywhere computes with: a GGUF file's bytes, or a folder's files. */
    public static String digest(Path model) {
        return ModelDigest.of(model);
    }

    /** Every model, by name. */
    public List<StoredModel> list() {
        List<StoredModel> models = new ArrayList<>();
        for (Path entry : entries()) {
            models.add(describe(entry));
        }
        models.sort(Comparator.comparing(StoredModel::name));
        return List.copyOf(models);
    }

    /** Finds {@code name} or {@code name@digest}. */
    public Optional<StoredModel> find(String reference) {
        String name = reference.contains("@") ? reference.substring(0, reference.indexOf('@')) : reference;
        return entries().stream()
                .filter(entry -> nameOf(entry).equals(name))
                .map(this::describe)
                .filter(model -> model.isNamed(reference))
                .findFirst();
    }

    /** What was known of a model when it was added; {@link ModelManifest#NONE} if it was laid there by hand. */
    public ModelManifest manifest(String name) {
        return manifests.read(name);
    }

    /**
     * Copies a model into the store, after it was opened and checked. Licence, notice and terms beside it are kept too.
     *
     * @param source a GGUF file or a folder
     * @param name the new model's name
     * @throws ModelInvalidException if the source is no model that can be read
     * @throws ModelStoreException if the name is taken or not allowed, or the copy failed
     */
    public StoredModel add(Path source, String name) {
        requireFree(name);
        String licence = check(source);
        try {
            Path draft = Files.createTempDirectory(Files.createDirectories(folder), ".adding-");
            try {
                Path copy = draft.resolve(entryName(source, name));
                copy(source, copy);
                ModelOrigin origin =
                        new ModelOrigin("file:" + source.toAbsolutePath().normalize(), "", "");
                return keep(copy, name, origin, ModelTerms.beside(source).orLicence(licence));
            } finally {
                delete(draft);
            }
        } catch (IOException failed) {
            throw new ModelStoreException(
                    "Model '%s' could not be copied into %s: %s".formatted(name, folder, failed.getMessage()), failed);
        }
    }

    /**
     * Takes over a model that was put together in this store's folder under a hidden name: the same checks as for
     * {@link #add}, then it is moved.
     *
     * @param draft a GGUF file or a folder, gone from there afterwards
     * @param name the new model's name
     * @param terms as its source tells them
     * @throws ModelInvalidException if the draft is no model that can be read; it stays where it is
     * @throws ModelStoreException if the name is taken or not allowed, or the move failed
     */
    public StoredModel adopt(Path draft, String name, ModelOrigin origin, ModelTerms terms) {
        requireFree(name);
        String licence = check(draft);
        try {
            return keep(draft, name, origin, terms.orLicence(licence));
        } catch (IOException failed) {
            throw new ModelStoreException(
                    "Model '%s' could not be moved into %s: %s".formatted(name, folder, failed.getMessage()), failed);
        }
    }

    /**
     * Checks that a model could be added under a name.
     *
     * @throws ModelStoreException if the name is taken or not allowed
     */
    public void requireFree(String name) {
        requireName(name);
        if (entries().stream().anyMatch(entry -> nameOf(entry).equals(name))) {
            throw new ModelStoreException(
                    ("A model '%s' is already there. Choose another name with --name, or remove it: kvasir"
                                    + " models remove %s")
                            .formatted(name, name));
        }
    }

    /** Opens all of a model; returns the licence that its own file names. */
    private static String check(Path model) {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            checkpoint.tokenizer();
            checkpoint.chatTemplate();
            return checkpoint.licence();
        }
    }

    private StoredModel keep(Path draft, String name, ModelOrigin origin, ModelTerms terms) throws IOException {
        List<ModelManifest.Entry> files = ModelDigest.entries(draft);
        Path target = folder.resolve(entryName(draft, name));
        try (StoreLock _ = StoreLock.of(folder)) {
            requireFree(name); // another may have been faster meanwhile
            manifests.write(name, new ModelManifest(origin, files, terms));
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        }
        Measured now = Measured.of(target);
        remember(target, now, ModelDigest.of(target, files));
        return describe(target);
    }

    private static String entryName(Path model, String name) {
        return Files.isDirectory(model) ? name : name + GGUF;
    }

    /**
     * Takes a model out of the store and deletes its files.
     *
     * @throws ModelNotFoundException if there is none of this name
     */
    public void remove(String name) {
        StoredModel model = find(name)
                .orElseThrow(() -> new ModelNotFoundException(
                        "There is no model '%s' in %s. See: kvasir models list".formatted(name, folder)));
        try (StoreLock _ = StoreLock.of(folder)) {
            Path grave = Files.createTempDirectory(folder, ".removing-");
            Files.move(
                    model.path(),
                    grave.resolve(String.valueOf(model.path().getFileName())),
                    StandardCopyOption.ATOMIC_MOVE);
            delete(grave);
            Files.deleteIfExists(digests.resolve(name));
            manifests.delete(name);
        } catch (IOException failed) {
            throw new ModelStoreException(
                    "Model '%s' could not be removed from %s: %s".formatted(name, folder, failed.getMessage()), failed);
        }
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ModelStoreException(
                    "'%s' cannot be a model's name: use letters, digits, '.', '_' and '-', a letter or digit first, up to 100."
                            .formatted(name));
        }
    }

    private List<Path> entries() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(ModelStore::isModel).toList();
        } catch (IOException unreadable) {
            throw new ModelStoreException(
                    "The model store %s cannot be read: %s".formatted(folder, unreadable.getMessage()), unreadable);
        }
    }

    private static boolean isModel(Path entry) {
        if (!NAME.matcher(nameOf(entry)).matches()) {
            return false;
        }
        return Files.isDirectory(entry)
                ? Files.isRegularFile(entry.resolve("config.json"))
                : String.valueOf(entry.getFileName()).endsWith(GGUF);
    }

    private static String nameOf(Path entry) {
        String name = String.valueOf(entry.getFileName());
        return name.endsWith(GGUF) ? name.substring(0, name.length() - GGUF.length()) : name;
    }

    private StoredModel describe(Path entry) {
        try {
            Measured now = Measured.of(entry);
            Measured known = measured.get(entry);
            if (known == null || !known.isSameFiles(now)) {
                known = now.withDigest(rememberedDigest(entry, now));
                measured.put(entry, known);
            }
            return new StoredModel(nameOf(entry), entry, known.digest(), known.bytes());
        } catch (IOException unreadable) {
            throw new ModelStoreException(
                    "Model %s cannot be read: %s".formatted(entry, unreadable.getMessage()), unreadable);
        }
    }

    private String rememberedDigest(Path entry, Measured now) throws IOException {
        Path note = digests.resolve(nameOf(entry));
        String head = now.head();
        if (Files.isRegularFile(note)) {
            String remembered = Files.readString(note);
            if (remembered.startsWith(head)) {
                return remembered.substring(head.length()).strip();
            }
        }
        String digest = ModelDigest.of(entry);
        remember(entry, now, digest);
        return digest;
    }

    private void remember(Path entry, Measured now, String digest) throws IOException {
        Files.createDirectories(digests);
        Path draft = Files.createTempFile(digests, ".", "");
        Files.writeString(draft, now.head() + digest + "\n");
        Files.move(
                draft,
                digests.resolve(nameOf(entry)),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void copy(Path source, Path target) throws IOException {
        if (!Files.isDirectory(source)) {
            Files.copy(source, target);
            return;
        }
        Files.createDirectory(target);
        for (Path file : ModelDigest.files(source)) {
            Files.copy(file, target.resolve(ModelFile.fileName(file)));
        }
        for (ModelTerms.Document document : ModelTerms.in(source).documents()) {
            Files.writeString(target.resolve(document.file()), document.text());
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** What a model's files looked like when its digest was made. */
    private record Measured(long bytes, long newest, String digest) {

        static Measured of(Path entry) throws IOException {
            List<Path> files = Files.isDirectory(entry) ? ModelDigest.files(entry) : List.of(entry);
            long bytes = 0;
            long newest = 0;
            for (Path file : files) {
                bytes += Files.size(file);
                newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
            }
            return new Measured(bytes, newest, "");
        }

        String head() {
            return bytes + " " + newest + " ";
        }

        boolean isSameFiles(Measured other) {
            return bytes == other.bytes && newest == other.newest;
        }

        Measured withDigest(String made) {
            return new Measured(bytes, newest, made);
        }
    }
}
