package dev.kvasir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.MalformedJsonException;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.Problem;
import dev.kvasir.graph.StrictJson;
import dev.kvasir.graph.Validation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is true of every graph, tried on many. */
class GraphPropertiesTest {

    private static final int TRIES = 100;
    private static final int NIGHTLY = 5_000;
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(StrictJson.read(GraphSchema.text(), GraphDocument.MAX_BYTES));

    private static final String SIGNS = "\"'\\:-?#&*!|>%@`[]{},~ \t\n\r\0\ud83d";
    private static final String DAMAGED = """
            a: &x "\\x41\\u00e9\\U0001F600\\n"
            b: [1, 2.5, {c: *x, d: 'e'}]
            f: |2-
                g
              h
            ? >+
              k
            : m
            """;

    @Test
    void whatIsAcceptedIsValidUnderTheSchemaAndTheSameAfterEveryWayOutAndIn() {
        Tries.each(TRIES, GraphPropertiesTest::roundTrip);
    }

    @Test
    void graphsOfEveryKindAreTried() {
        Set<String> made = new TreeSet<>();
        Tries.each(TRIES * 4, random -> features(RandomGraphs.accepted(random).root(), made));

        assertThat(made)
                .contains(Arrays.stream(Node.Kind.values()).map(Node.Kind::json).toArray(String[]::new))
                .contains("when", "loop", "two loops", "SKIP", "PORT", "C2C", "CACHE_PREFIX", "AUTO");
    }

    private static void features(JsonNode graph, Set<String> made) {
        graph.path("nodes").forEach(node -> {
            made.add(node.path("kind").stringValue());
            made.add(node.path("onError").asString("FAIL"));
        });
        graph.path("edges").forEach(edge -> {
            made.add(edge.path("link").path("mode").asString("TEXT"));
            made.add(edge.has("when") ? "when" : "always");
            made.add(edge.has("loop") ? "loop" : "on");
        });
        if (graph.path("edges").valueStream().filter(edge -> edge.has("loop")).count() > 1) {
            made.add("two loops");
        }
    }

    @Test
    void whatIsChangedIsAcceptedOrRefusedAtAPlaceThatIsThere() {
        AtomicInteger refusedBySchema = new AtomicInteger();
        Tries.each(TRIES * 4, random -> mutated(random, refusedBySchema));
        assertThat(refusedBySchema.get())
                .as("mutations that the schema refuses")
                .isGreaterThan(TRIES);
    }

    @Test
    void changesMakeTheLaterDocumentOfTheEarlierOne() {
        Tries.each(TRIES * 2, GraphPropertiesTest::changes);
    }

    @Test
    void damagedTextIsReadOrRefusedInWords() {
        assertThat(GraphTexts.read(DAMAGED, GraphFormat.YAML).graph().text()).contains("\"c\":\"Aé😀\\n\"");
        Tries.each(TRIES * 10, GraphPropertiesTest::damaged);
    }

    @Test
    @Tag("nightly")
    void allOfThisManyTimes() {
        Tries.each(NIGHTLY, GraphPropertiesTest::roundTrip);
        Tries.each(NIGHTLY * 4, random -> mutated(random, new AtomicInteger()));
        Tries.each(NIGHTLY * 2, GraphPropertiesTest::changes);
        Tries.each(NIGHTLY * 10, GraphPropertiesTest::damaged);
    }

    private static void roundTrip(RandomGenerator random) {
        GraphDocument document = RandomGraphs.accepted(random);

        assertThat(SCHEMA.validate(document.root())).as(document.text()).isEmpty();
        sameAgain(document);
        assertThat(GraphChanges.between(document, shuffled(document, random))).isEmpty();
    }

    private static void sameAgain(GraphDocument document) {
        for (GraphFormat format : GraphFormat.values()) {
            String layout = "{\"nodes\":{\"yes\":{\"x\":-1.5,\"y\":0}}}";
            String written = GraphTexts.write(new GraphBundle(document, layout), format);
            GraphBundle read = GraphTexts.read(written, format);
            assertThat(read.graph().canonical()).as(written).isEqualTo(document.canonical());
            assertThat(read.graph().versionId()).isEqualTo(document.versionId());
            assertThat(read.layout()).isEqualTo(layout);
            assertThat(GraphTexts.write(read, format)).isEqualTo(written);
        }
    }

    private static GraphDocument shuffled(GraphDocument document, RandomGenerator random) {
        ObjectNode root = (ObjectNode) document.root().deepCopy();
        List<JsonNode> nodes = new ArrayList<>(root.get("nodes").valueStream().toList());
        Collections.shuffle(nodes, new Random(random.nextLong()));
        root.set("nodes", root.arrayNode().addAll(nodes));
        return GraphDocument.parse(root.toString());
    }

    private static void mutated(RandomGenerator random, AtomicInteger refusedBySchema) {
        GraphDocument document = new Mutations(random).of(RandomGraphs.accepted(random));
        Validation validation = RandomGraphs.validate(document);

        for (Problem problem : validation.problems()) {
            JsonPointer pointer = JsonPointer.compile(problem.pointer());
            boolean isThere = !document.root().at(pointer).isMissingNode()
                    || (!pointer.matches()
                            && !document.root().at(pointer.head()).isMissingNode());
            assertThat(isThere).as("%s in %s", problem, document.text()).isTrue();
        }
        var faults = SCHEMA.validate(document.root());
        if (!faults.isEmpty()) {
            refusedBySchema.incrementAndGet();
            assertThat(validation.errors())
                    .as("%s of %s", faults, document.text())
                    .isNotEmpty();
        }
        sameAgain(document);
    }

    private static void changes(RandomGenerator random) {
        GraphDocument before = RandomGraphs.accepted(random);
        GraphDocument after = random.nextInt(8) == 0 ? RandomGraphs.accepted(random) : before;
        for (int i = random.nextInt(5); i > 0; i--) {
            after = new Mutations(random).of(after);
        }
        List<Change> changes = GraphChanges.between(before, after);

        assertThat(GraphChanges.between(after, after)).isEmpty();
        assertThat(Patched.normal(Patched.of(before, changes)))
                .as("%s of %s to %s", changes, before.text(), after.text())
                .isEqualTo(Patched.normal(after.root()));
        boolean isSame = Patched.normal(before.root()).equals(Patched.normal(after.root()));
        assertThat(changes.isEmpty()).as(changes.toString()).isEqualTo(isSame);
        for (Change change : changes) {
            GraphDocument holder = change.op() == Change.Op.REMOVE ? before : after;
            assertThat(holder.root().at(change.pointer()).isMissingNode())
                    .as(change.toString())
                    .isFalse();
        }
    }

    private static void damaged(RandomGenerator random) {
        StringBuilder text = new StringBuilder(DAMAGED);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setLength(at + 1);
                case 1 -> text.deleteCharAt(at).append(' ');
                case 2 -> text.insert(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
                default -> text.insert(at, RandomText.any(random));
            }
        }
        try {
            GraphTexts.read(text.toString(), GraphFormat.YAML);
        } catch (TextRefusedException | MalformedJsonException refused) {
            assertThat(refused).as(text.toString()).message().isNotBlank().endsWith(".");
        }
    }
}
