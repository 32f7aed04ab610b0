package dev.kvasir.library;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Cursors;
import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.exchange.GraphBundle;
import dev.kvasir.exchange.GraphFormat;
import dev.kvasir.exchange.GraphTexts;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Registry;
import dev.kvasir.library.GraphViews.DraftView;
import dev.kvasir.library.GraphViews.GraphView;
import dev.kvasir.library.GraphViews.Verdict;
import dev.kvasir.library.GraphViews.VersionView;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Graphs, drafts and versions over REST. */
@RestController
@RequestMapping("/api/v1/graphs")
final class GraphController {

    private static final String ROOT = "/api/v1/graphs/";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern TAG = Pattern.compile("\"?([0-9]{1,18})\"?");
    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_NOTES = 10_000;

    private final GraphLibrary library;
    private final Cursors cursors;
    private final Audit audit;
    private final Registry registry;

    GraphController(GraphLibrary library, Cursors cursors, Audit audit, Registry registry) {
        this.library = library;
        this.registry = registry;
        this.cursors = cursors;
        this.audit = audit;
    }

    record NewGraph(@Nullable String name, @Nullable String title) {}

    record Retitle(@Nullable String title) {}

    record Publish(@Nullable String notes) {}

    @PostMapping
    ResponseEntity<GraphView> create(@RequestBody NewGraph wanted, @AuthenticationPrincipal Caller caller) {
        String name = wanted.name();
        if (name == null || !NAME.matcher(name).matches()) {
            throw refused("/name", "A graph's name has a-z, 0-9 and _, a letter first, up to 64.");
        }
        String title = wanted.title() == null ? name : title(wanted.title());
        StoredGraph made = library.create(caller.userId(), name, title);
        return ResponseEntity.created(URI.create(ROOT + made.id())).body(GraphView.of(made));
    }

    @GetMapping
    Page<GraphView> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @AuthenticationPrincipal Caller caller) {
        int most = Page.limit(limit);
        String after = cursor == null ? "" : cursors.position(cursor, "graphs", caller);
        List<GraphView> all = library.list(caller.userId()).stream()
                .map(GraphView::of)
                .filter(graph -> after.isEmpty() || graph.id().compareTo(after) < 0)
                .limit(most + 1L)
                .toList();
        return Page.cut(all, most, last -> cursors.after(last.id(), "graphs", caller));
    }

    @GetMapping("/{graph}")
    GraphView read(@PathVariable String graph, @AuthenticationPrincipal Caller caller) {
        return GraphView.of(find(graph, caller));
    }

    @PatchMapping("/{graph}")
    GraphView change(@PathVariable String graph, @RequestBody Retitle wanted, @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        if (wanted.title() != null) {
            library.retitle(caller.userId(), found.id(), title(wanted.title()));
        }
        return GraphView.of(find(found.id().toString(), caller));
    }

    @DeleteMapping("/{graph}")
    ResponseEntity<Void> archive(@PathVariable String graph, @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        library.archive(caller.userId(), found.id());
        audit.record("graph.archive", found.id().toString(), Audit.Outcome.DONE);
        return ResponseEntity.noContent().build();
    }

    @GetMapping("/{graph}/draft")
    ResponseEntity<DraftView> draft(@PathVariable String graph, @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        Draft draft = library.draft(caller.userId(), found.id())
                .orElseThrow(() -> ProblemException.notFound("draft of graph", found.name()));
        return answer(HttpStatus.OK, draft, caller);
    }

    @PutMapping("/{graph}/draft")
    ResponseEntity<DraftView> saveDraft(
            @PathVariable String graph,
            @RequestBody byte[] document,
            @RequestHeader(name = "If-Match", required = false) @Nullable String match,
            @RequestHeader(name = "If-None-Match", required = false) @Nullable String noneMatch,
            @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        boolean first = "*".equals(noneMatch);
        if (match == null && !first) {
            throw conditionNeeded("the draft's ETag as If-Match, or If-None-Match: * for the first one");
        }
        Long revision = first ? null : revision(match);
        String text = new String(document, StandardCharsets.UTF_8);
        Draft draft = library.saveDraft(caller.userId(), found.id(), text, revision);
        return answer(first ? HttpStatus.CREATED : HttpStatus.OK, draft, caller);
    }

    @DeleteMapping("/{graph}/draft")
    ResponseEntity<Void> deleteDraft(
            @PathVariable String graph,
            @RequestHeader(name = "If-Match", required = false) @Nullable String match,
            @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        if (match == null) {
            throw conditionNeeded("the draft's ETag as If-Match");
        }
        library.deleteDraft(caller.userId(), found.id(), revision(match));
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/{graph}/versions")
    ResponseEntity<VersionView> publish(
            @PathVariable String graph,
            @RequestBody(required = false) @Nullable Publish wanted,
            @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        String notes = wanted == null || wanted.notes() == null ? "" : wanted.notes();
        if (notes.length() > LONGEST_NOTES) {
            throw refused("/notes", "Notes have up to %d characters.".formatted(LONGEST_NOTES));
        }
        Published published = library.publish(caller.userId(), found.id(), notes);
        GraphVersion version = published.version();
        audit.record("graph.publish", found.name() + "@" + version.number(), Audit.Outcome.DONE);
        URI place = URI.create(ROOT + found.id() + "/versions/" + version.number());
        return ResponseEntity.status(published.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .location(place)
                .body(VersionView.whole(version));
    }

    @GetMapping("/{graph}/versions")
    Page<VersionView> versions(@PathVariable String graph, @AuthenticationPrincipal Caller caller) {
        StoredGraph found = find(graph, caller);
        return new Page<>(
                library.versions(caller.userId(), found.id()).stream()
                        .map(VersionView::listed)
                        .toList(),
                null);
    }

    @GetMapping("/{graph}/versions/{version}")
    VersionView version(
            @PathVariable String graph, @PathVariable String version, @AuthenticationPrincipal Caller caller) {
        return VersionView.whole(findVersion(find(graph, caller), version, caller));
    }

    /** What the rules say of a document in JSON or YAML, and how it would run now. */
    @PostMapping("/validate")
    Verdict validate(
            @RequestBody byte[] document,
            @RequestHeader("Content-Type") String type,
            @AuthenticationPrincipal Caller caller) {
        String text = new String(document, StandardCharsets.UTF_8);
        GraphBundle read = GraphTexts.read(text, GraphFormat.ofMediaType(type));
        return Verdict.of(library.validate(caller.userId(), read.graph().text()), registry);
    }

    /** JSON Schemas of what a run takes and gives, of the newest version. */
    @GetMapping("/{graph}/schema")
    Map<String, Object> schema(@PathVariable String graph, @AuthenticationPrincipal Caller caller) {
        GraphVersion version = findVersion(find(graph, caller), null, caller);
        Graph checked = library.validate(version.document()).graph();
        if (checked == null) {
            throw new ProblemException(
                    ProblemType.GRAPH_INVALID, "Version %d no longer obeys the rules.".formatted(version.number()));
        }
        JsonNode input = checked.input().schema();
        Map<String, Object> outputs = new LinkedHashMap<>();
        checked.outputs().forEach(output -> output.outputs().keySet().forEach(name -> outputs.put(name, Map.of())));
        return Map.of("input", input, "output", Map.of("type", "object", "properties", outputs));
    }

    private ResponseEntity<DraftView> answer(HttpStatus status, Draft draft, Caller caller) {
        return ResponseEntity.status(status)
                .eTag(tag(draft.revision()))
                .body(DraftView.of(draft, library.validate(caller.userId(), draft.document())));
    }

    private StoredGraph find(String graph, Caller caller) {
        return library.find(caller.userId(), graph).orElseThrow(() -> ProblemException.notFound("graph", graph));
    }

    private GraphVersion findVersion(StoredGraph graph, @Nullable String version, Caller caller) {
        return library.version(caller.userId(), graph.id(), version)
                .orElseThrow(() -> ProblemException.notFound(
                        "published version of graph", version == null ? graph.name() : graph.name() + "@" + version));
    }

    static String tag(long revision) {
        return "\"" + revision + "\"";
    }

    private static Long revision(@Nullable String match) {
        Matcher tag = TAG.matcher(String.valueOf(match));
        return tag.matches() ? Long.valueOf(tag.group(1)) : Long.valueOf(-1);
    }

    private static String title(String title) {
        if (title.isBlank() || title.length() > LONGEST_TITLE) {
            throw refused("/title", "A title has 1 to %d characters.".formatted(LONGEST_TITLE));
        }
        return title;
    }

    private static ProblemException conditionNeeded(String what) {
        return new ProblemException(ProblemType.PRECONDITION_REQUIRED, "Send " + what + ".");
    }

    private static ProblemException refused(String pointer, String detail) {
        return new ProblemException(ProblemType.OPTION_OUT_OF_RANGE, detail, List.of(ProblemFault.at(pointer, detail)));
    }
}
