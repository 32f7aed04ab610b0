package dev.kvasir.web.graph;

import dev.kvasir.access.Caller;
import dev.kvasir.exchange.GraphBundle;
import dev.kvasir.exchange.GraphChanges;
import dev.kvasir.graph.MalformedJsonException;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.StoredGraph;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** What differs between two versions of a graph, as a page and as a part of the graph's. */
@Controller
class ChangePages {

    private final GraphLibrary library;

    ChangePages(GraphLibrary library) {
        this.library = library;
    }

    @GetMapping("/graphs/{graph}/changes")
    ModelAndView page(
            @AuthenticationPrincipal Caller caller,
            @PathVariable String graph,
            @RequestParam String before,
            @RequestParam String after) {
        return shown("graph/changes", caller, graph, before, after);
    }

    @GetMapping("/graphs/{graph}/changes/state")
    ModelAndView part(
            @AuthenticationPrincipal Caller caller,
            @PathVariable String graph,
            @RequestParam String before,
            @RequestParam String after) {
        return shown("graph/changes :: state(page=${page})", caller, graph, before, after);
    }

    private ModelAndView shown(String view, Caller caller, String graph, String before, String after) {
        return library.find(caller.userId(), graph)
                .map(found -> new ModelAndView(view, "page", changes(caller, found, before, after)))
                .orElseGet(() -> new ModelAndView("frame/missing", HttpStatus.NOT_FOUND));
    }

    private ChangesPage changes(Caller caller, StoredGraph graph, String before, String after) {
        try {
            Optional<GraphBundle> earlier = library.documents(caller.userId(), graph.id(), before);
            Optional<GraphBundle> later = library.documents(caller.userId(), graph.id(), after);
            if (earlier.isEmpty() || later.isEmpty()) {
                String missing = earlier.isEmpty() ? before : after;
                return ChangesPage.refused(
                        graph.name(), before, after, "There is no " + ChangesPage.side(missing) + " of this graph.");
            }
            return ChangesPage.of(
                    graph.name(),
                    before,
                    after,
                    GraphChanges.between(earlier.get().graph(), later.get().graph()));
        } catch (MalformedJsonException unreadable) {
            return ChangesPage.refused(graph.name(), before, after, String.valueOf(unreadable.getMessage()));
        }
    }
}
