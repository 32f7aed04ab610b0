package dev.kvasir.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One step of a graph. */
public sealed interface Node {

    NodeId id();

    NodeOptions options();

    Kind kind();

    /** The title, or the id when it has none. */
    default String title() {
        String title = options().title();
        return title == null ? id().value() : title;
    }

    /** The kinds of node. */
    enum Kind {
        INPUT("an input"),
        AGENT("an agent"),
        OUTPUT("an output");

        private final String withArticle;

        Kind(String withArticle) {
            this.withArticle = withArticle;
        }

        /** As documents write it. */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** As sentences write it, such as "an agent". */
        public String withArticle() {
            return withArticle;
        }
    }

    /**
     * Where the run's input enters.
     *
     * @param schema JSON Schema 2020-12 of an object
     */
    record Input(NodeId id, NodeOptions options, JsonNode schema) implements Node {
        @Override
        public Kind kind() {
            return Kind.INPUT;
        }
    }

    /**
     * A model that answers.
     *
     * @param model a registered model, {@code name} or {@code name@digest}
     * @param takeover how it takes over caches that are fused into its own
     * @param site where it runs
     */
    record Agent(
            NodeId id,
            NodeOptions options,
            String model,
            Prompt prompt,
            Generation generation,
            Takeover takeover,
            Site site)
            implements Node {

        /** One that runs anywhere. */
        public Agent(
                NodeId id, NodeOptions options, String model, Prompt prompt, Generation generation, Takeover takeover) {
            this(id, options, model, prompt, generation, takeover, Site.DEFAULT);
        }

        @Override
        public Kind kind() {
            return Kind.AGENT;
        }
    }

    /**
     * Where an agent runs, and what it finds there alone.
     *
     * @param pool whose workers run it
     * @param local files of the worker's folder of local documents, by the names that the agent's prompts give them
     */
    record Site(String pool, Map<String, String> local) {

        /** The pool of workers that were given none. */
        public static final String DEFAULT_POOL = "default";

        public static final Site DEFAULT = new Site(DEFAULT_POOL, Map.of());

        public Site {
            local = Collections.unmodifiableMap(new LinkedHashMap<>(local));
        }
    }

    /**
     * How an agent takes over caches that are fused into its own.
     *
     * @param sharers how several come together
     * @param sections which stretches of its prompt are fused
     */
    record Takeover(Together sharers, Sections sections) {

        public static final Takeover DEFAULT = new Takeover(Together.SEQUENTIAL, Sections.MESSAGES);
    }

    /** How several sharers' caches come together. */
    enum Together {
        /** By rank: a later one is fused into what earlier ones left. */
        SEQUENTIAL,
        /** Each is fused into the receiver's own; what they change is added up, whatever their rank. */
        PARALLEL
    }

    /** Which stretches of a prompt are fused; its last token never is. */
    enum Sections {
        /** What the messages say. */
        MESSAGES,
        /** The chat template's text too. */
        ALL
    }

    /**
     * What the run answers.
     *
     * @param outputs name to template, in the document's order
     */
    record Output(NodeId id, NodeOptions options, Map<String, String> outputs) implements Node {

        public Output {
            outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        }

        @Override
        public Kind kind() {
            return Kind.OUTPUT;
        }
    }

    /**
     * An agent's templates.
     *
     * @param system null when the model gets no system message
     */
    record Prompt(@Nullable String system, String user) {}
}
