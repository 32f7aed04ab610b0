package dev.kvasir.library;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.exchange.Change;
import dev.kvasir.exchange.GraphBundle;
import dev.kvasir.exchange.GraphChanges;
import dev.kvasir.exchange.GraphFormat;
import dev.kvasir.exchange.GraphSchema;
import dev.kvasir.exchange.GraphTexts;
import dev.kvasir.exchange.Mermaid;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Problem;
import dev.kvasir.graph.Registry;
import dev.kvasir.graph.Validation;
import dev.kvasir.library.GraphViews.GraphView;
import dev.kvasir.library.GraphViews.ImportView;
import dev.kvasir.library.GraphViews.PlanView;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Graphs in and out, what differs between two of their documents, and the schema of all, over REST. */
@RestController
@RequestMapping("/api/v1")
class ExchangeController {

    private final GraphLibrary library;
    private final Registry registry;
    private final Audit audit;

    ExchangeController(GraphLibrary library, Registry registry, Audit audit) {
        this.library = library;
        this.registry = registry;
        this.audit = audit;
    }

    @GetMapping("/schemas/graph")
    ResponseEntity<byte[]> schema() {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("application/schema+json"))
                .body(GraphSchema.text().getBytes(StandardCharsets.UTF_8));
    }

    /** Makes a graph of the name that the document gives itself, with a draft; or only tells what would come of it. */
    @Transactional
    @PostMapping("/graphs/import")
    public ResponseEntity<ImportView> bring(
            @RequestBody byte[] text,
            @RequestHeader("Content-Type") String type,
            @RequestParam(defaultValue = "false") boolean dryRun,
            @AuthenticationPrincipal Caller caller) {
        GraphBundle bundle = GraphTexts.read(new String(text, StandardCharsets.UTF_8), GraphFormat.ofMediaType(type));
        GraphDocument document = bundle.graph();
        Validation validation = library.validate(caller.userId(), document.text());
        requireName(document, validation);
        if (dryRun) {
            requireFree(caller.userId(), document.name());
            return ResponseEntity.ok(view(document, validation, null));
        }
        StoredGraph graph = library.create(caller.userId(), document.name(), document.name());
        library.saveDraft(caller.userId(), graph.id(), document.text(), null);
        if (bundle.layout() != null) {
            library.saveLayout(caller.userId(), graph.id(), bundle.layout());
        }
        audit.record("graph.import", graph.name(), Audit.Outcome.DONE);
        StoredGraph made = library.find(caller.userId(), graph.id().toString()).orElseThrow();
        return ResponseEntity.created(URI.create("/api/v1/graphs/" + made.id()))
                .body(view(document, validation, GraphView.of(made)));
    }

    /** A draft may have any fault but this one: without a name there is no place for it. */
    private static void requireName(GraphDocument document, Validation validation) {
        if (!NodeId.isAllowed(document.name())) {
            List<Problem> problems = validation.problems();
            throw new GraphInvalidException(problems);
        }
    }

    private void requireFree(UUID owner, String name) {
        if (library.find(owner, name).isPresent()) {
            throw new NameTakenException(name);
        }
    }

    private ImportView view(GraphDocument document, Validation validation, @Nullable GraphView graph) {
        return new ImportView(
                document.name(),
                validation.isAccepted() ? document.versionId().value() : null,
                validation.isAccepted(),
                LibraryProblems.faults(validation.problems()),
                validation.isAccepted() ? PlanView.of(validation, registry) : null,
                graph);
    }

    /** The draft or a version as text; a picture has no layout, and JSON has it only where it is asked for. */
    @GetMapping("/graphs/{graph}/export")
    ResponseEntity<byte[]> export(
            @PathVariable String graph,
            @RequestParam(defaultValue = "json") String format,
            @RequestParam(required = false) @Nullable String version,
            @RequestParam(required = false) @Nullable Boolean layout,
            @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        GraphBundle bundle = documents(found, version, caller);
        return switch (format) {
            case "json" -> file(found, GraphFormat.JSON, bundle, Boolean.TRUE.equals(layout));
            case "yaml" -> file(found, GraphFormat.YAML, bundle, !Boolean.FALSE.equals(layout));
            case "mermaid" -> file(found.name() + ".mmd", "text/plain;charset=UTF-8", Mermaid.draw(bundle.graph()));
            default -> {
                String detail = "format is json, yaml or mermaid, not '" + format + "'.";
                throw new ProblemException(
                        ProblemType.INVALID_PARAMETER, detail, List.of(ProblemFault.at("/format", detail)));
            }
        };
    }

    private static ResponseEntity<byte[]> file(
            StoredGraph graph, GraphFormat format, GraphBundle bundle, boolean withLayout) {
        GraphBundle written = withLayout ? bundle : new GraphBundle(bundle.graph(), null);
        String name = graph.name() + "." + format.name().toLowerCase(Locale.ROOT);
        return file(name, format.mediaType(), GraphTexts.write(written, format));
    }

    private static ResponseEntity<byte[]> file(String name, String type, String text) {
        String disposition =
                ContentDisposition.attachment().filename(name).build().toString();
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition)
                .contentType(MediaType.parseMediaType(type))
                .body(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What makes the second of the first; {@code draft} stands for the working copy on either side. */
    @GetMapping("/graphs/{graph}/versions/{before}/diff/{after}")
    List<Change> differences(
            @PathVariable String graph,
            @PathVariable String before,
            @PathVariable String after,
            @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        return GraphChanges.between(
                documents(found, before, caller).graph(),
                documents(found, after, caller).graph());
    }

    private StoredGraph find(String graph, Caller caller) {
        return library.find(caller.userId(), graph).orElseThrow(() -> ProblemException.notFound("graph", graph));
    }

    private GraphBundle documents(StoredGraph graph, @Nullable String which, Caller caller) {
        return library.documents(caller.userId(), graph.id(), which)
                .orElseThrow(() -> GraphLibrary.DRAFT.equals(which)
                        ? ProblemException.notFound("draft of graph", graph.name())
                        : ProblemException.notFound(
                                "published version of graph",
                                which == null ? graph.name() : graph.name() + "@" + which));
    }
}
