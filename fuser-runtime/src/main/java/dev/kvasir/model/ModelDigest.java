package dev.kvasir.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What tells two models apart: SHA-256 over the files a model computes with. */
final class ModelDigest {

    private static final int BUFFER = 1 << 20;
    private static final Set<String> TEXTS = Set.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja",
            "chat_template.json",
            "model.safetensors.index.json");

    private ModelDigest() {}

    /** A GGUF file's is that of its bytes; a folder's that of its files' names and sums, in the names' order. */
    static String of(Path model) {
        return of(model, entries(model));
    }

    /** The same, of sums that have been made already. */
    static String of(Path model, List<ModelManifest.Entry> entries) {
        return Files.isRegularFile(model) ? entries.getFirst().sha256() : of(entries);
    }

    /** That of some of a folder's files, in the order given. */
    static String ofFiles(List<Path> files) throws IOException {
        return of(entries(files));
    }

    /** Name, size and sum of each file a model computes with, in the names' order. */
    static List<ModelManifest.Entry> entries(Path model) {
        try {
            return entries(Files.isRegularFile(model) ? List.of(model) : files(model));
        } catch (IOException unreadable) {
            throw unreadable(model, unreadable);
        }
    }

    private static List<ModelManifest.Entry> entries(List<Path> files) throws IOException {
        List<ModelManifest.Entry> entries = new ArrayList<>();
        for (Path file : files) {
            entries.add(new ModelManifest.Entry(ModelFile.fileName(file), Files.size(file), hex(digestOf(file))));
        }
        return entries;
    }

    private static String of(List<ModelManifest.Entry> entries) {
        MessageDigest all = sha256();
        for (ModelManifest.Entry entry : entries) {
            all.update((entry.name() + " " + entry.sha256() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return hex(all.digest());
    }

    static UncheckedIOException unreadable(Path model, IOException fault) {
        return new UncheckedIOException("Cannot read the model at " + model + ": " + fault.getMessage(), fault);
    }

    /** The files a folder's model computes with, sorted by name. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .filter(ModelDigest::counts)
                    .sorted()
                    .toList();
        }
    }

    private static boolean counts(Path file) {
        String name = String.valueOf(file.getFileName());
        return TEXTS.contains(name) || name.endsWith(".safetensors");
    }

    private static byte[] digestOf(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return digest.digest();
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
