package dev.kvasir.library;

import dev.kvasir.graph.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A graph to start from. Its models are those of the pocket pair, until others are named. */
public enum GraphTemplate {
    CODER_WRITER(
            "Coder and writer",
            "A sharer that knows, a receiver that answers, and a fuser between their caches. Both ends read the question."),
    CLOUD_EDGE(
            "Edge and cloud",
            "A document that lies on a worker of the pool 'edge' is read there, and its text stays there; only the upper layers of its"
                    + " cache cross to the cloud, blurred, rounded and sealed, and stand before the cloud's own prompt. What is asked"
                    + " about it crosses as text. How much of the document can be read back is measured in each run. Both ends need"
                    + " models of one architecture, and the edge a worker: kvasir worker --pool edge --local-documents FOLDER."),
    DRAFT_AND_JUDGE(
            "Draft and judge",
            "A writer answers, a judge says what is wrong, and a router sends the writer back with it until the judge says yes, but never"
                    + " after the third draft. A loop with a condition."),
    APPROVED_REPLY(
            "Reply with approval",
            "A person approves what a model has answered, or sends it back with a note. The run waits for a day, through restarts, and then"
                    + " ends without an answer.");

    /** Stands in a document for the upper half of the layers of an edge's sharer, which its model tells. */
    private static final String UPPER_HALF = "UPPER_HALF";

    private static final int LONGEST = 100_000;

    private final String title;
    private final String purpose;

    GraphTemplate(String title, String purpose) {
        this.title = title;
        this.purpose = purpose;
    }

    /** Finds a template by what {@link #id} says. */
    public static Optional<GraphTemplate> of(String id) {
        return Arrays.stream(values())
                .filter(template -> template.id().equals(id))
                .findFirst();
    }

    /** Its name in addresses, and that of a graph made of it where no other is given. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String title() {
        return title;
    }

    /** What it is good for, in a sentence or two. */
    public String purpose() {
        return purpose;
    }

    /** The agents whose models may be chosen. */
    public List<String> agents() {
        return read().path("nodes")
                .valueStream()
                .filter(node -> node.path("kind").asString("").equals("agent"))
                .map(node -> node.path("id").asString(""))
                .toList();
    }

    /**
     * The graph's document.
     *
     * @param name of the graph
     * @param models by agent; where none is given, the template's own
     * @param layers of a model by its name; 0 if it is not known
     */
    public String document(String name, Map<String, String> models, ToIntFunction<String> layers) {
        ObjectNode document = read();
        document.put("name", name);
        for (JsonNode node : document.path("nodes")) {
            String model = models.get(node.path("id").asString(""));
            if (model != null && node instanceof ObjectNode agent) {
                agent.put("model", model);
            }
        }
        for (JsonNode edge : document.path("edges")) {
            if (edge.path("link").path("layers").asString("").equals(UPPER_HALF)
                    && edge.path("link") instanceof ObjectNode link) {
                upperHalf(
                        link,
                        layers.applyAsInt(model(document, edge.path("from").asString(""))));
            }
        }
        return document.toPrettyString();
    }

    /** A model that is not known here yet lets only its uppermost of two layers out, which whoever registers it may widen. */
    private static void upperHalf(ObjectNode link, int known) {
        int count = Math.max(known, 2);
        ArrayNode upper = link.putArray("layers");
        IntStream.range(count / 2, count).forEach(upper::add);
    }

    private static String model(ObjectNode document, String node) {
        return document.path("nodes")
                .valueStream()
                .filter(one -> one.path("id").asString("").equals(node))
                .map(one -> one.path("model").asString(""))
                .findFirst()
                .orElse("");
    }

    private ObjectNode read() {
        String file = "templates/" + id() + ".json";
        try (InputStream content = GraphTemplate.class.getResourceAsStream(file)) {
            if (content == null) {
                throw new IllegalStateException("The jar lacks dev/kvasir/library/" + file + "; build it again.");
            }
            String text = new String(content.readAllBytes(), StandardCharsets.UTF_8);
            return (ObjectNode) StrictJson.read(text, LONGEST);
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot read " + file + " from the jar", fault);
        }
    }
}
