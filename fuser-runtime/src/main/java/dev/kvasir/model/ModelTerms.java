package dev.kvasir.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * On what terms a model may be used, as its files say.
 *
 * @param licence its id, such as {@code apache-2.0}; empty if nothing says
 * @param documents licence, notice, terms of use, model card
 */
public record ModelTerms(String licence, List<Document> documents) {

    /** Longer documents are left out. */
    public static final int MAX_BYTES = 1_000_000;

    static final ModelTerms NONE = new ModelTerms("", List.of());
    private static final int MAX_DOCUMENTS = 20;
    private static final int MAX_LICENCE = 100;
    private static final String CARD = "README.md";
    private static final Pattern TERMS = Pattern.compile(
            "(LICEN[CS]E|COPYING|NOTICE|TERMS|USE_POLICY|[A-Z0-9]{1,20}_TERMS)([._-][A-Z0-9._-]{1,60})?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern FRONT_MATTER =
            Pattern.compile("\\A---\\R(.*?\\R)---\\s*$", Pattern.DOTALL | Pattern.MULTILINE);

    /**
     * A text that came with a model.
     *
     * @param file its name
     * @param text whole
     */
    public record Document(String file, String text) {}

    public ModelTerms {
        String line = licence.replaceAll("\\p{Cntrl}+", " ").strip();
        licence = line.substring(0, Math.min(line.length(), MAX_LICENCE));
        documents = List.copyOf(documents);
    }

    /** Whether a file of this name holds terms. */
    public static boolean isTerms(String file) {
        return TERMS.matcher(file).matches();
    }

    /** Whether a file of this name is the model card. */
    public static boolean isCard(String file) {
        return file.equals(CARD);
    }

    /**
     * Reads the terms in a folder; its model card too, which may name the licence.
     *
     * @param folder where a model's files lie
     * @throws ModelStoreException if one cannot be read
     */
    public static ModelTerms in(Path folder) {
        List<Document> documents = documents(folder, file -> isTerms(file) || isCard(file));
        String licence = documents.stream()
                .filter(document -> isCard(document.file()))
                .map(document -> licenceOfCard(document.text()))
                .findFirst()
                .orElse("");
        return new ModelTerms(licence, documents);
    }

    /** The terms beside a model; a card beside a single file may be anything's and is left alone. */
    static ModelTerms beside(Path model) {
        if (Files.isDirectory(model)) {
            return in(model);
        }
        Path parent = model.toAbsolutePath().getParent();
        return parent == null ? NONE : new ModelTerms("", documents(parent, ModelTerms::isTerms));
    }

    /** These terms, with another source's word for the licence where this one has none. */
    public ModelTerms orLicence(String other) {
        return licence.isEmpty() ? new ModelTerms(other, documents) : this;
    }

    private interface Wanted {
        boolean is(String file);
    }

    private static List<Document> documents(Path folder, Wanted wanted) {
        List<Document> documents = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : entries.sorted().toList()) {
                String name = ModelFile.fileName(file);
                if (wanted.is(name)
                        && documents.size() < MAX_DOCUMENTS
                        && Files.isRegularFile(file)
                        && Files.size(file) <= MAX_BYTES) {
                    documents.add(new Document(name, new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            throw new ModelStoreException("The terms in %s cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
        return documents;
    }

    /** A card begins with YAML between lines of dashes; {@code license: x}, or a list of one, is all that is read of it. */
    private static String licenceOfCard(String card) {
        Matcher matter = FRONT_MATTER.matcher(card);
        if (!matter.find()) {
            return "";
        }
        String licence = value(matter.group(1), "license");
        if (!licence.equals("other")) {
            return licence;
        }
        String name = value(matter.group(1), "license_name");
        return name.isEmpty() ? licence : name;
    }

    private static String value(String yaml, String key) {
        Matcher line = Pattern.compile("^" + key + ":[ \\t]*(?:\\R[ \\t]*-[ \\t]+)?([^\\r\\n]*)", Pattern.MULTILINE)
                .matcher(yaml);
        return line.find() ? line.group(1).replaceAll("[\"'\\[\\]]", "").strip() : "";
    }
}
