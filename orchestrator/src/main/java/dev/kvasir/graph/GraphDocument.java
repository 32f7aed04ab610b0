package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A graph document as it was sent: JSON within limits, not yet held against the rules.
 *
 * <p>Its identity is the SHA-256 of its canonical form (RFC 8785); defaults are not filled in.
 */
public final class GraphDocument {

    /** Most bytes of a document. */
    public static final int MAX_BYTES = 2 * 1024 * 1024;

    private final String text;
    private final JsonNode root;

    private GraphDocument(String text, JsonNode root) {
        this.text = text;
        this.root = root;
    }

    /**
     * Reads a document.
     *
     * @throws MalformedJsonException if it is not JSON within the limits; every other fault is the validator's to tell
     */
    public static GraphDocument parse(String text) {
        return new GraphDocument(text, StrictJson.read(text, MAX_BYTES));
    }

    static GraphDocument of(JsonNode root) {
        return new GraphDocument(root.toString(), root);
    }

    /** As sent. */
    public String text() {
        return text;
    }

    public String canonical() {
        return CanonicalJson.write(root);
    }

    /** {@code sha256:} and 64 hex digits. */
    public VersionId versionId() {
        return new VersionId("sha256:" + CanonicalJson.sha256(root));
    }

    /** The name it gives itself, or an empty string if it gives none. */
    public String name() {
        return root.path("name").asString("");
    }

    /** The graph as it reads, without looking its models up; empty if a field is wrong or an edge leads nowhere. */
    public Optional<Graph> graph() {
        List<Problem> problems = new ArrayList<>();
        Outline outline = new GraphReader(problems).read(root);
        new ShapeRules(outline, problems).check();
        return problems.stream().anyMatch(Problem::isError) ? Optional.empty() : Optional.of(outline.graph());
    }

    /** The document as a tree, in the order as sent. It belongs to the document: nobody changes it. */
    public JsonNode root() {
        return root;
    }
}
