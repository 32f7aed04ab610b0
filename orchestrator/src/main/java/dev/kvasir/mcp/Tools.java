package dev.kvasir.mcp;

import dev.kvasir.access.Caller;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.StoredGraph;
import java.util.List;
import java.util.Optional;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** The tools that a caller may call: the caller's published graphs whose newest version says {@code exposeAsTool}. */
@Component
@Profile("!worker")
final class Tools {

    private final GraphLibrary library;

    Tools(GraphLibrary library) {
        this.library = library;
    }

    /** Newest first. */
    List<Tool> list(Caller caller) {
        return library.list(caller.userId()).stream()
                .flatMap(graph -> tool(caller, graph).stream())
                .toList();
    }

    /**
     * One of them.
     *
     * @throws RpcException if there is none
     */
    Tool find(Caller caller, String name) {
        return library.find(caller.userId(), name)
                .filter(graph -> graph.name().equals(name))
                .flatMap(graph -> tool(caller, graph))
                .orElseThrow(() -> new RpcException(
                        RpcException.WRONG_PARAMETERS,
                        "There is no tool '%s'. A graph is one when its newest version says settings.exposeAsTool."
                                .formatted(name.length() > 100 ? name.substring(0, 100) : name)));
    }

    private Optional<Tool> tool(Caller caller, StoredGraph graph) {
        return library.version(caller.userId(), graph.id(), null)
                .flatMap(version -> GraphDocument.parse(version.document())
                        .graph()
                        .filter(read -> read.settings().exposeAsTool())
                        .map(read -> new Tool(graph, version, read)));
    }
}
