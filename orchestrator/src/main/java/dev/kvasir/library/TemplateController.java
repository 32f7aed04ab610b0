package dev.kvasir.library;

import dev.kvasir.access.Caller;
import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.graph.Registry;
import dev.kvasir.library.GraphViews.GraphView;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Graphs to start from, over REST. What comes of one is a draft. */
@RestController
@RequestMapping("/api/v1/templates")
class TemplateController {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private final GraphLibrary library;
    private final Registry registry;

    TemplateController(GraphLibrary library, Registry registry) {
        this.library = library;
        this.registry = registry;
    }

    /** A template in a list. */
    record TemplateView(String id, String title, String purpose, List<String> agents) {}

    /** What shall become of it. */
    record Wanted(@Nullable String name, @Nullable Map<String, String> models) {}

    @GetMapping
    Page<TemplateView> list() {
        List<TemplateView> all = Arrays.stream(GraphTemplate.values())
                .map(template ->
                        new TemplateView(template.id(), template.title(), template.purpose(), template.agents()))
                .toList();
        return new Page<>(all, null);
    }

    /** Makes a graph with a draft. */
    @Transactional
    @PostMapping("/{template}/graphs")
    public ResponseEntity<GraphView> make(
            @PathVariable String template, @RequestBody Wanted wanted, @AuthenticationPrincipal Caller caller) {
        GraphTemplate chosen =
                GraphTemplate.of(template).orElseThrow(() -> ProblemException.notFound("template", template));
        String name = wanted.name() == null ? chosen.id() : wanted.name();
        if (!NAME.matcher(name).matches()) {
            throw refused("/name", "A graph's name has a-z, 0-9 and _, a letter first, up to 64.");
        }
        Map<String, String> models = wanted.models() == null ? Map.of() : wanted.models();
        requireAgents(chosen, models);
        StoredGraph graph = library.create(caller.userId(), name, chosen.title());
        library.saveDraft(caller.userId(), graph.id(), chosen.document(name, models, this::layers), null);
        StoredGraph made = library.find(caller.userId(), graph.id().toString()).orElseThrow();
        return ResponseEntity.created(URI.create("/api/v1/graphs/" + made.id())).body(GraphView.of(made));
    }

    private int layers(String model) {
        return registry.model(model).map(found -> found.cache().layers()).orElse(0);
    }

    private static void requireAgents(GraphTemplate template, Map<String, String> models) {
        for (String agent : models.keySet()) {
            if (!template.agents().contains(agent)) {
                throw refused(
                        "/models/" + agent,
                        "Template '%s' has no agent '%s'. It has: %s."
                                .formatted(template.id(), agent, String.join(", ", template.agents())));
            }
        }
    }

    private static ProblemException refused(String pointer, String detail) {
        return new ProblemException(ProblemType.OPTION_OUT_OF_RANGE, detail, List.of(ProblemFault.at(pointer, detail)));
    }
}
