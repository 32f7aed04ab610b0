package dev.kvasir.web.home;

import dev.kvasir.access.Caller;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.run.RunFilter;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.Runs;
import dev.kvasir.web.run.RunSummary;
import java.util.List;
import java.util.Optional;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** The first page, and the one that says how to sign in. */
@Controller
class HomePages {

    private static final int LOOKED_AT = 50;
    private static final int RECENT = 8;

    private final Runs runs;
    private final GraphLibrary library;

    HomePages(Runs runs, GraphLibrary library) {
        this.runs = runs;
        this.library = library;
    }

    @GetMapping("/")
    ModelAndView home(@AuthenticationPrincipal Caller caller) {
        List<RunRecord> newest =
                runs.list(caller.userId(), RunFilter.ANY, null, LOOKED_AT).items();
        Optional<RunRecord> cache = newest.stream()
                .filter(run -> run.pairedWith() != null && run.state().isFinal())
                .findFirst();
        Optional<RunRecord> text = cache.map(RunRecord::pairedWith).flatMap(id -> runs.find(caller.userId(), id));
        String sample = library.list(caller.userId()).stream()
                .filter(graph -> graph.newestVersion() != null)
                .map(StoredGraph::name)
                .findFirst()
                .orElse(null);
        return new ModelAndView(
                "home/home",
                "page",
                new HomePage(
                        text.map(RunSummary::of).orElse(null),
                        cache.map(RunSummary::of).orElse(null),
                        newest.stream().limit(RECENT).map(RunSummary::of).toList(),
                        sample));
    }

    /** With a link the request is not a page but a sign-in. */
    @GetMapping(path = "/login", params = "!link")
    String login() {
        return "home/login";
    }
}
