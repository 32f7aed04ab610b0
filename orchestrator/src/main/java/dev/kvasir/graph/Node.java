package dev.kvasir.graph;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One step of a graph. */
public sealed interface Node {

    NodeId id();

    NodeOptions options();

    Kind kind();

    /** The ports by which edges may leave it. */
    default List<String> ports() {
        return List.of(Edge.OUT);
    }

    /** Whether a worker runs it; else the run moves over it by itself. */
    default boolean runsOnWorker() {
        return false;
    }

    /** Whether it leaves a text or JSON behind that others may name. */
    default boolean speaks() {
        return true;
    }

    /** Where it names values. */
    default List<Slot> templates() {
        return List.of();
    }

    /** The conditions that it asks. */
    default List<Slot> conditions() {
        return List.of();
    }

    /**
     * A template or a condition of a node.
     *
     * @param field JSON pointer within the node
     * @param what as sentences call it, such as "Prompt of 'a'"
     */
    record Slot(String field, String what, String source) {}

    /** The title, or the id when it has none. */
    default String title() {
        String title = options().title();
        return title == null ? id().value() : title;
    }

    /** The kinds of node. */
    enum Kind {
        INPUT("an input"),
        AGENT("an agent"),
        TOOL("a tool"),
        ROUTER("a router"),
        JOIN("a join"),
        VOTE("a vote"),
        MAP("a map"),
        HUMAN("a human"),
        SUBGRAPH("a subgraph"),
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

        @Override
        public boolean speaks() {
            return false;
        }
    }

    /**
     * A model that answers.
     *
     * @param model a registered model, {@code name} or {@code name@digest}
     * @param takeover how it takes over caches that are fused into its own
     * @param site where it runs
     * @param tools what it may call
     */
    record Agent(
            NodeId id,
            NodeOptions options,
            String model,
            Prompt prompt,
            Generation generation,
            Takeover takeover,
            Site site,
            Tools tools)
            implements Node {

        /** One that calls nothing. */
        public Agent(
                NodeId id,
                NodeOptions options,
                String model,
                Prompt prompt,
                Generation generation,
                Takeover takeover,
                Site site) {
            this(id, options, model, prompt, generation, takeover, site, Tools.NONE);
        }

        /** One that calls nothing and runs anywhere. */
        public Agent(
                NodeId id, NodeOptions options, String model, Prompt prompt, Generation generation, Takeover takeover) {
            this(id, options, model, prompt, generation, takeover, Site.DEFAULT);
        }

        @Override
        public Kind kind() {
            return Kind.AGENT;
        }

        @Override
        public boolean runsOnWorker() {
            return true;
        }

        @Override
        public List<String> ports() {
            return List.of(Edge.OUT, Edge.FAIL);
        }

        @Override
        public List<Slot> templates() {
            String what = "Prompt of '" + id + "'";
            List<Slot> slots = new ArrayList<>();
            if (prompt.system() != null) {
                slots.add(new Slot("/prompt/system", what, prompt.system()));
            }
            slots.add(new Slot("/prompt/user", what, prompt.user()));
            if (prompt.history() != null) {
                slots.add(new Slot("/history", "History of '" + id + "'", prompt.history()));
            }
            return slots;
        }
    }

    /**
     * What an agent may call.
     *
     * @param names such as {@code builtin:calculator} or {@code mcp:files/read}
     * @param maxRounds how often it may call before it has to answer, 1 to 50
     */
    record Tools(List<String> names, int maxRounds) {

        public static final Tools NONE = new Tools(List.of(), 8);

        public Tools {
            names = List.copyOf(names);
        }
    }

    /**
     * Calls a tool.
     *
     * @param tool such as {@code builtin:calculator} or {@code mcp:files/read}
     * @param arguments name to template, in the document's order
     * @param approval whether a person is asked before
     */
    record Tool(NodeId id, NodeOptions options, String tool, Map<String, String> arguments, Approval approval)
            implements Node {

        public Tool {
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        }

        @Override
        public Kind kind() {
            return Kind.TOOL;
        }

        @Override
        public boolean runsOnWorker() {
            return true;
        }

        @Override
        public List<String> ports() {
            return List.of(Edge.OUT, Edge.FAIL);
        }

        @Override
        public List<Slot> templates() {
            return arguments.entrySet().stream()
                    .map(argument -> new Slot(
                            Pointers.child("/arguments", argument.getKey()),
                            "Argument '" + argument.getKey() + "' of '" + id + "'",
                            argument.getValue()))
                    .toList();
        }
    }

    /** Whether a person is asked before a tool is called. */
    enum Approval {
        NEVER,
        ALWAYS
    }

    /**
     * Chooses the ways on, by conditions over what there is.
     *
     * @param otherwise the port that is taken when no case holds
     */
    record Router(NodeId id, NodeOptions options, List<Case> cases, String otherwise, Pick pick) implements Node {

        public Router {
            cases = List.copyOf(cases);
        }

        @Override
        public Kind kind() {
            return Kind.ROUTER;
        }

        @Override
        public List<String> ports() {
            return Stream.concat(cases.stream().map(Case::name), Stream.of(otherwise))
                    .toList();
        }

        @Override
        public boolean speaks() {
            return false;
        }

        @Override
        public List<Slot> conditions() {
            List<Slot> slots = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                String what = "Condition of case '" + cases.get(i).name() + "' of '" + id + "'";
                slots.add(new Slot("/cases/" + i + "/when", what, cases.get(i).when()));
            }
            return slots;
        }
    }

    /**
     * One way on from a router.
     *
     * @param name of its port
     * @param when a condition in CEL
     */
    record Case(String name, String when) {}

    /** How many of the cases that hold a router takes. */
    enum Pick {
        FIRST,
        ALL
    }

    /**
     * Brings branches together.
     *
     * @param first after how many of them it goes on; 0 when it waits for all
     */
    record Join(NodeId id, NodeOptions options, int first, Merge merge) implements Node {
        @Override
        public Kind kind() {
            return Kind.JOIN;
        }
    }

    /** What a join makes of what came. */
    enum Merge {
        /** An object by the senders' ids. */
        OBJECT,
        LIST,
        /** The texts, a blank line between two. */
        CONCAT
    }

    /**
     * Counts what its senders say.
     *
     * @param extract a regular expression (RE2) that finds the vote in a text, its first group if it has one; null for the whole
     *     text
     * @param weights by sender; 1 for one that is not named; empty under {@link Method#MAJORITY}
     */
    record Vote(
            NodeId id,
            NodeOptions options,
            @Nullable String extract,
            Method method,
            Map<String, Double> weights,
            Tie tie)
            implements Node {

        public Vote {
            weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        }

        @Override
        public Kind kind() {
            return Kind.VOTE;
        }

        @Override
        public List<String> ports() {
            return List.of(Edge.OUT, Edge.FAIL);
        }
    }

    /** Whether all votes count the same. */
    enum Method {
        MAJORITY,
        WEIGHTED
    }

    /** What happens when two have the most votes. */
    enum Tie {
        /** The one that came first, in the order of the document's edges. */
        FIRST,
        FAIL
    }

    /**
     * Runs a graph once for each element of a list.
     *
     * @param over path to the list, such as {@code input.pages}
     * @param as the input of the graph that takes the element
     * @param maxParallel how many run at once
     */
    record Mapping(
            NodeId id,
            NodeOptions options,
            String over,
            String as,
            GraphRef graph,
            int maxParallel,
            ItemFault onItemError)
            implements Node {

        /** Most elements of a list. */
        public static final int MOST_ITEMS = 1000;

        @Override
        public Kind kind() {
            return Kind.MAP;
        }

        @Override
        public List<String> ports() {
            return List.of(Edge.OUT, Edge.FAIL);
        }

        @Override
        public List<Slot> templates() {
            return List.of(new Slot("/over", "'over' of '" + id + "'", "{{ " + over + " }}"));
        }
    }

    /** What becomes of a map when the graph fails for an element. */
    enum ItemFault {
        FAIL,
        /** The element is left out. */
        SKIP,
        /** Its place holds {@code null}. */
        NULL
    }

    /**
     * Waits for a person's answer.
     *
     * @param prompt what the person is asked
     * @param form JSON Schema of the values that come with the answer; null when there are none
     * @param assignees whom it is for, as they are called; empty for anybody who may answer
     */
    record Human(
            NodeId id,
            NodeOptions options,
            String prompt,
            @Nullable JsonNode form,
            List<String> assignees) implements Node {

        /** How long it waits when nothing is said. */
        public static final Duration DEFAULT_TIMEOUT = Duration.ofDays(3);

        public Human {
            assignees = List.copyOf(assignees);
        }

        public static final String APPROVE = "approve";
        public static final String REJECT = "reject";
        public static final String EXPIRED = "expired";

        @Override
        public Kind kind() {
            return Kind.HUMAN;
        }

        @Override
        public List<String> ports() {
            return List.of(APPROVE, REJECT, EXPIRED);
        }

        @Override
        public List<Slot> templates() {
            return List.of(new Slot("/prompt", "Prompt of '" + id + "'", prompt));
        }

        public Duration timeout() {
            Duration own = options.timeout();
            return own == null ? DEFAULT_TIMEOUT : own;
        }
    }

    /**
     * Runs another graph once.
     *
     * @param inputs name to template, in the document's order
     */
    record Subgraph(NodeId id, NodeOptions options, GraphRef graph, Map<String, String> inputs) implements Node {

        public Subgraph {
            inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        }

        @Override
        public Kind kind() {
            return Kind.SUBGRAPH;
        }

        @Override
        public List<String> ports() {
            return List.of(Edge.OUT, Edge.FAIL);
        }

        @Override
        public List<Slot> templates() {
            return inputs.entrySet().stream()
                    .map(input -> new Slot(
                            Pointers.child("/inputs", input.getKey()),
                            "Input '" + input.getKey() + "' of '" + id + "'",
                            input.getValue()))
                    .toList();
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

        @Override
        public List<String> ports() {
            return List.of();
        }

        @Override
        public boolean speaks() {
            return false;
        }

        @Override
        public List<Slot> templates() {
            return outputs.entrySet().stream()
                    .map(output -> new Slot(
                            Pointers.child("/outputs", output.getKey()),
                            "Output '" + output.getKey() + "' of '" + id + "'",
                            output.getValue()))
                    .toList();
        }
    }

    /**
     * An agent's templates.
     *
     * @param system null when the model gets no system message
     * @param user empty when the conversation so far is all that is asked
     * @param history names a list of the input whose messages go before the user's turn; null for none
     */
    record Prompt(
            @Nullable String system, String user, @Nullable String history) {

        /** One without a conversation before it. */
        public Prompt(@Nullable String system, String user) {
            this(system, user, null);
        }
    }
}
