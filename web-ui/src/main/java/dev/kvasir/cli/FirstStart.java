package dev.kvasir.cli;

import dev.kvasir.access.Users;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.GraphTemplate;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.pool.ModelRecord;
import dev.kvasir.pool.Pool;
import dev.kvasir.run.RunId;
import dev.kvasir.run.Runs;
import dev.kvasir.run.StartRun;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes the first page a full one: the sample graph, run once over a text edge and once over a cache edge. */
final class FirstStart {

    static final String SAMPLE = "coder_writer";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EDGE = "coder_writer";

    private final UUID owner;
    private final GraphLibrary library;
    private final Runs runs;
    private final Pool pool;

    private FirstStart(ApplicationContext context) {
        this.owner = context.getBean(Users.class).owner().userId();
        this.library = context.getBean(GraphLibrary.class);
        this.runs = context.getBean(Runs.class);
        this.pool = context.getBean(Pool.class);
    }

    /** Does nothing on a server that has a graph already. */
    static void on(Server server) {
        FirstStart start = new FirstStart(server.context());
        if (start.library.list(start.owner).isEmpty()) {
            start.make();
        }
    }

    private void make() {
        awaitPocketModels();
        StoredGraph graph = library.create(owner, SAMPLE, "Coder and writer");
        String document = GraphTemplate.CODER_WRITER.document(SAMPLE, Map.of(), model -> 0);
        library.saveDraft(owner, graph.id(), document, null);
        library.publish(owner, graph.id(), "The sample: a sharer that knows, a receiver that answers.");
        ObjectNode input = JSON.createObjectNode().put("question", sampleQuestion());
        RunId text = start(graph, input, "TEXT", null);
        Thread.ofVirtual().name("first-start").start(() -> {
            awaitEnd(text); // the pair's tokens are counted against each other
            start(graph, input, "C2C", text);
        });
    }

    private void awaitEnd(RunId run) {
        long end = System.nanoTime() + PATIENCE.multipliedBy(2).toNanos();
        while (System.nanoTime() < end
                && runs.find(owner, run)
                        .filter(found -> found.finishedAt() == null)
                        .isPresent()) {
            pause();
        }
    }

    private RunId start(StoredGraph graph, ObjectNode input, String mode, @Nullable RunId paired) {
        ObjectNode link = JSON.createObjectNode().put("mode", mode);
        if (mode.equals("C2C")) {
            link.put("fuser", PocketPair.FUSER);
        }
        Map<String, JsonNode> overrides = Map.of(EDGE, link);
        StartRun request = new StartRun(
                graph.id().value(), null, input, null, overrides, Map.of(), null, null, Map.of("sample", mode), paired);
        return runs.start(owner, request, null).id();
    }

    /** The server looks at the model folders a moment after it starts. */
    private void awaitPocketModels() {
        Set<String> wanted = Set.of(PocketPair.SHARER, PocketPair.RECEIVER);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!pool.models().stream()
                        .map(ModelRecord::name)
                        .collect(Collectors.toSet())
                        .containsAll(wanted)
                || pool.fuser(PocketPair.FUSER).isEmpty()) {
            if (System.nanoTime() > end) {
                throw new CommandFailedException(
                        ExitCode.OUR_FAULT, "The pocket models did not appear in the pool. See: kvasir doctor");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException(ExitCode.INTERRUPTED, "Interrupted.", interrupted);
        }
    }

    /** The first question of the pocket quiz. */
    static String sampleQuestion() {
        String first = PocketPair.quiz().lines().findFirst().orElseThrow();
        return JSON.readTree(first).at("/input/question").asString();
    }
}
