package dev.kvasir.web.graph;

import dev.kvasir.access.Caller;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Fallback;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.Link;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Problem;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.run.QueueFullException;
import dev.kvasir.run.RunFilter;
import dev.kvasir.run.RunId;
import dev.kvasir.run.RunRefusedException;
import dev.kvasir.run.Runs;
import dev.kvasir.run.StartRun;
import dev.kvasir.web.Drawing;
import dev.kvasir.web.InputForm;
import dev.kvasir.web.Shown;
import dev.kvasir.web.run.RunSummary;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Graphs: their list, each of them, and the form that starts a run. */
@Controller
class GraphPages {

    private static final int RUNS = 10;
    private static final String BOTH = "BOTH";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final GraphLibrary library;
    private final Runs runs;

    GraphPages(GraphLibrary library, Runs runs) {
        this.library = library;
        this.runs = runs;
    }

    @GetMapping("/graphs")
    ModelAndView list(@AuthenticationPrincipal Caller caller) {
        List<GraphsPage.Row> rows = library.list(caller.userId()).stream()
                .map(graph -> row(caller, graph))
                .toList();
        return new ModelAndView("graph/graphs", "page", new GraphsPage(rows));
    }

    private GraphsPage.Row row(Caller caller, StoredGraph stored) {
        List<String> modes = library.version(caller.userId(), stored.id(), null)
                .flatMap(version -> GraphDocument.parse(version.document()).graph())
                .map(graph -> betweenAgents(graph).stream()
                        .map(edge -> edge.link().mode().name())
                        .distinct()
                        .toList())
                .orElse(List.of());
        return new GraphsPage.Row(
                stored.name(), stored.title(), stored.newestVersion(), modes, TIME.format(stored.createdAt()));
    }

    @GetMapping("/graphs/{graph}")
    ModelAndView graph(@AuthenticationPrincipal Caller caller, @PathVariable String graph) {
        return shown(caller, graph, Map.of(), List.of());
    }

    /** Starts one run, or a pair of them: text first, then the cache, compared with it. */
    @PostMapping("/graphs/{graph}/runs")
    ModelAndView start(
            @AuthenticationPrincipal Caller caller,
            @PathVariable String graph,
            @RequestParam Map<String, String> typed) {
        StoredGraph stored = library.find(caller.userId(), graph).orElse(null);
        GraphVersion version = stored == null
                ? null
                : library.version(caller.userId(), stored.id(), null).orElse(null);
        if (version == null) {
            return missing();
        }
        try {
            return started(caller, version, typed);
        } catch (RunRefusedException refused) {
            List<String> why = refused.faults().stream()
                    .map(RunRefusedException.Fault::detail)
                    .toList();
            return shown(caller, graph, typed, why.isEmpty() ? List.of(String.valueOf(refused.getMessage())) : why);
        } catch (QueueFullException full) {
            return shown(caller, graph, typed, List.of(String.valueOf(full.getMessage())));
        }
    }

    private ModelAndView started(Caller caller, GraphVersion version, Map<String, String> typed) {
        Graph graph = GraphDocument.parse(version.document()).graph().orElseThrow();
        Start start = new Start(caller, version, graph, typed);
        String mode = typed.getOrDefault("mode", "");
        if (!mode.equals(BOTH)) {
            return new ModelAndView("redirect:/runs/" + start(start, mode, null));
        }
        RunId text = start(start, Link.Mode.TEXT.name(), null);
        RunId cache = start(start, Link.Mode.C2C.name(), text);
        return new ModelAndView("redirect:/compare?left=" + text + "&right=" + cache);
    }

    private record Start(Caller caller, GraphVersion version, Graph graph, Map<String, String> typed) {}

    private RunId start(Start start, String mode, @Nullable RunId paired) {
        Map<String, JsonNode> overrides = new HashMap<>();
        if (!mode.isEmpty()) {
            JsonNode link = JsonNodeFactory.instance.objectNode().put("mode", mode);
            betweenAgents(start.graph()).forEach(edge -> overrides.put(edge.id().value(), link));
        }
        StartRun request = new StartRun(
                start.version().graph().value(),
                start.version().number(),
                new InputForm(start.graph().input().schema()).read(start.typed()),
                seed(start.typed().getOrDefault("seed", "0")),
                overrides,
                Map.of(),
                null,
                null,
                Map.of(),
                paired);
        return runs.start(start.caller().userId(), request, null).id();
    }

    private static long seed(String typed) {
        return typed.matches("\\d{1,15}") ? Long.parseLong(typed) : 0;
    }

    private ModelAndView shown(Caller caller, String name, Map<String, String> typed, List<String> refusals) {
        StoredGraph stored = library.find(caller.userId(), name).orElse(null);
        if (stored == null) {
            return missing();
        }
        ModelAndView view = new ModelAndView("graph/graph", "page", page(caller, stored, typed, refusals));
        if (!refusals.isEmpty()) {
            view.setStatus(HttpStatus.UNPROCESSABLE_CONTENT);
        }
        return view;
    }

    private GraphPage page(Caller caller, StoredGraph stored, Map<String, String> typed, List<String> refusals) {
        List<GraphVersion> versions = library.versions(caller.userId(), stored.id());
        GraphVersion newest = versions.isEmpty() ? null : versions.getFirst();
        Graph graph = newest == null
                ? null
                : GraphDocument.parse(newest.document()).graph().orElse(null);
        List<Problem> problems = newest == null
                ? List.of()
                : library.validate(caller.userId(), newest.document()).problems();
        RunFilter ofThis = new RunFilter(stored.id().value(), null, Set.of(), null, null, null, null);
        return new GraphPage(
                stored.name(),
                stored.title(),
                stored.newestVersion(),
                graph == null ? null : Drawing.of(graph),
                graph == null ? List.of() : edges(graph),
                versions.stream().map(GraphPages::version).toList(),
                graph == null ? List.of() : new InputForm(graph.input().schema()).fields(typed),
                graph == null
                        ? List.of()
                        : betweenAgents(graph).stream()
                                .map(edge -> edge.id().value())
                                .toList(),
                runs.list(caller.userId(), ofThis, null, RUNS).items().stream()
                        .map(RunSummary::of)
                        .toList(),
                problems,
                refusals);
    }

    private static GraphPage.VersionRow version(GraphVersion version) {
        return new GraphPage.VersionRow(
                version.number(), Shown.version(version.id()), version.notes(), TIME.format(version.publishedAt()));
    }

    private static List<GraphPage.EdgeRow> edges(Graph graph) {
        List<GraphPage.EdgeRow> rows = new ArrayList<>();
        for (Edge edge : graph.edges()) {
            rows.add(new GraphPage.EdgeRow(
                    edge.id().value(),
                    edge.from().value(),
                    edge.to().value(),
                    edge.link().mode().name(),
                    detail(edge.link()),
                    edge.link().wire().isPolicy()));
        }
        return rows;
    }

    private static String detail(Link link) {
        String otherwise = link.fallback().to() == Fallback.Target.TEXT ? ", may fall back to TEXT" : "";
        return switch (link) {
            case Link.Text text -> text.template() == null ? "the reply as it is" : "by a template";
            case Link.Fused fused -> fused(fused.fusion()) + wire(link.wire()) + otherwise;
            case Link.TextAndFused both -> fused(both.fusion()) + wire(link.wire()) + otherwise;
            case Link.Handover handover -> "the whole cache" + otherwise;
            case Link.CachePrefix prefix -> prefixed(prefix) + wire(link.wire()) + otherwise;
            case Link.Auto auto ->
                "the planner picks, for " + auto.prefer().name().toLowerCase(Locale.ROOT);
        };
    }

    /** The fuser, and what is not as it is by default. */
    private static String fused(Link.Fusion fusion) {
        List<String> parts = new ArrayList<>(List.of("fuser " + fusion.fuser()));
        if (fusion.layers() != null) {
            parts.add("layers " + listed(fusion.layers()));
        }
        String end = fusion.order().name().toLowerCase(Locale.ROOT);
        if (fusion.layerShare() < 1) {
            parts.add(String.format(Locale.ROOT, "%.0f %% of the layers from the %s", 100 * fusion.layerShare(), end));
        }
        if (fusion.share() < 1) {
            parts.add(String.format(Locale.ROOT, "%.0f %% of the positions from the %s", 100 * fusion.share(), end));
        }
        if (fusion.gate() != Link.Gate.TRAINED) {
            parts.add("gates " + fusion.gate().name().toLowerCase(Locale.ROOT));
        }
        if (fusion.weightScale() != 1) {
            parts.add(String.format(Locale.ROOT, "weights times %s", fusion.weightScale()));
        }
        if (fusion.rank() != 0) {
            parts.add("rank " + fusion.rank());
        }
        return String.join(", ", parts);
    }

    private static String prefixed(Link.CachePrefix prefix) {
        List<Integer> layers = prefix.layers();
        return layers == null
                ? String.format(Locale.ROOT, "the %.0f %% of the layers attended to most", 100 * prefix.layerShare())
                : "layers " + listed(layers);
    }

    /** What the cache goes through before it crosses; nothing where it crosses as it is. */
    private static String wire(Link.Wire wire) {
        List<String> parts = new ArrayList<>();
        if (wire.layers() != null) {
            parts.add("the sharer's layers " + listed(wire.layers()));
        }
        if (wire.noise() > 0) {
            parts.add("noise " + wire.noise());
        }
        if (wire.codec() != Link.Codec.F32) {
            parts.add(wire.codec().name());
        }
        String crossing = parts.isEmpty() ? "" : ", on the wire " + String.join(", ", parts);
        return wire.inversionRisk() ? crossing + ", its inversion risk measured" : crossing;
    }

    private static String listed(List<Integer> layers) {
        return layers.isEmpty() ? "none" : layers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static List<Edge> betweenAgents(Graph graph) {
        return graph.edges().stream()
                .filter(edge -> isAgent(graph, edge.from()) && isAgent(graph, edge.to()))
                .toList();
    }

    private static boolean isAgent(Graph graph, NodeId id) {
        return graph.node(id).filter(Node.Agent.class::isInstance).isPresent();
    }

    private static ModelAndView missing() {
        return new ModelAndView("frame/missing", HttpStatus.NOT_FOUND);
    }
}
