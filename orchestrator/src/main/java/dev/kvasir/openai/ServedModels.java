package dev.kvasir.openai;

import dev.kvasir.access.Caller;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.library.GraphInvalidException;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.pool.ModelRecord;
import dev.kvasir.pool.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What a caller's requests may name as their model: published graphs of the caller's, and the models that lie here. */
@Component
@Profile("!worker")
final class ServedModels {

    private static final String GRAPHS = "kvasir/";

    private final GraphLibrary library;
    private final Pool pool;

    ServedModels(GraphLibrary library, Pool pool) {
        this.library = library;
        this.pool = pool;
    }

    /**
     * One model in the list.
     *
     * @param created when it was registered, or its graph was made
     */
    record Listed(String id, Instant created) {}

    /** Graphs, newest first, each with its versions, then the models that lie here, by name. */
    List<Listed> list(Caller caller) {
        List<Listed> models = new ArrayList<>();
        for (StoredGraph graph : library.list(caller.userId())) {
            Integer newest = graph.newestVersion();
            if (newest != null) {
                models.add(new Listed(GRAPHS + graph.name(), graph.createdAt()));
                for (int version = newest; version > 0; version--) {
                    models.add(new Listed(GRAPHS + graph.name() + "@" + version, graph.createdAt()));
                }
            }
        }
        pool.models().stream()
                .filter(ServedModels::isServed)
                .map(model -> new Listed(model.name(), since(model)))
                .forEach(models::add);
        return models;
    }

    /** One model as the list would have it. */
    Optional<Listed> describe(Caller caller, String id) {
        if (!id.startsWith(GRAPHS)) {
            return served(id).map(model -> new Listed(model.name(), since(model)));
        }
        Named named = Named.of(id);
        return library.find(caller.userId(), named.graph())
                .filter(graph -> library.version(caller.userId(), graph.id(), named.version())
                        .isPresent())
                .map(graph -> new Listed(id, graph.createdAt()));
    }

    /**
     * Finds what a request is to run.
     *
     * @throws dev.kvasir.access.ProblemException if there is no such model, or it gives no reply
     */
    ServedModel find(Caller caller, String id) {
        if (!id.startsWith(GRAPHS)) {
            return served(id).map(model -> alone(caller.userId(), model)).orElseThrow(() -> Refusals.noModel(id));
        }
        Named named = Named.of(id);
        GraphVersion version = library.find(caller.userId(), named.graph())
                .flatMap(graph -> library.version(caller.userId(), graph.id(), named.version()))
                .orElseThrow(() -> Refusals.noModel(id));
        return ServedModel.of(GRAPHS + version.name() + "@" + version.number(), version, graph(version));
    }

    /** The same model as a run has it that was started before, perhaps by an earlier version. */
    ServedModel at(Caller caller, ServedModel model, int version) {
        if (model.version().number() == version) {
            return model;
        }
        GraphVersion earlier = library.version(caller.userId(), model.version().graph(), String.valueOf(version))
                .orElseThrow(() -> Refusals.noModel(model.id()));
        boolean isGraph = model.id().startsWith(GRAPHS);
        return ServedModel.of(isGraph ? GRAPHS + earlier.name() + "@" + version : model.id(), earlier, graph(earlier));
    }

    private ServedModel alone(UUID owner, ModelRecord model) {
        try {
            GraphVersion version = library.ofModel(owner, model.name(), ModelGraph.document(model));
            return ServedModel.of(model.name(), version, graph(version));
        } catch (GraphInvalidException refused) {
            throw Refusals.invalid("/model", String.valueOf(refused.getMessage()));
        }
    }

    private static Graph graph(GraphVersion version) {
        return GraphDocument.parse(version.document())
                .graph()
                .orElseThrow(() -> Refusals.invalid(
                        "/model",
                        "Version %d of graph '%s' no longer obeys the rules. Publish it again."
                                .formatted(version.number(), version.name())));
    }

    private Optional<ModelRecord> served(String name) {
        return pool.model(name).filter(ServedModels::isServed);
    }

    private static boolean isServed(ModelRecord model) {
        return model.hasWeights() || model.kind().equals("ECHO");
    }

    private static Instant since(ModelRecord model) {
        Instant registered = model.registeredAt();
        return registered == null ? Instant.EPOCH : registered;
    }

    /**
     * A graph as a model's name has it.
     *
     * @param version null for the newest
     */
    private record Named(String graph, @Nullable String version) {

        static Named of(String id) {
            String name = id.substring(GRAPHS.length());
            int at = name.indexOf('@');
            return at < 0 ? new Named(name, null) : new Named(name.substring(0, at), name.substring(at + 1));
        }
    }
}
