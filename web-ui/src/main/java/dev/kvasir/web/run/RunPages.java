package dev.kvasir.web.run;

import dev.kvasir.access.Caller;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.run.AnswerInvalidException;
import dev.kvasir.run.CancelMode;
import dev.kvasir.run.CursorInvalidException;
import dev.kvasir.run.RunFilter;
import dev.kvasir.run.RunFinishedException;
import dev.kvasir.run.RunId;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.RunRefusedException;
import dev.kvasir.run.Runs;
import dev.kvasir.run.WaitClosedException;
import dev.kvasir.run.WaitRecord;
import dev.kvasir.web.InputForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.node.ObjectNode;

/** Runs: their list, each of them, and two beside each other. */
@Controller
class RunPages {

    private static final int PAGE = 50;
    private static final int EVENTS = 2000;

    private final Runs runs;
    private final GraphLibrary library;

    RunPages(Runs runs, GraphLibrary library) {
        this.runs = runs;
        this.library = library;
    }

    @GetMapping("/runs")
    ModelAndView list(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String cursor) {
        try {
            var found = runs.list(caller.userId(), RunFilter.ANY, cursor, PAGE);
            List<RunSummary> lines = found.items().stream().map(RunSummary::of).toList();
            return page("run/runs", new RunsPage(lines, found.nextCursor()));
        } catch (CursorInvalidException foreign) {
            return new ModelAndView("redirect:/runs");
        }
    }

    @GetMapping("/runs/{run}")
    ModelAndView run(@AuthenticationPrincipal Caller caller, @PathVariable String run) {
        return find(caller, run).map(found -> page("run/run", found)).orElseGet(RunPages::missing);
    }

    @GetMapping("/runs/{run}/state")
    ModelAndView state(@AuthenticationPrincipal Caller caller, @PathVariable String run) {
        return find(caller, run)
                .map(found -> page("run/run :: state(page=${page})", found))
                .orElseGet(RunPages::missing);
    }

    @PostMapping("/runs/{run}/cancel")
    ModelAndView cancel(@AuthenticationPrincipal Caller caller, @PathVariable String run) {
        RunId id = RunId.parse(run).orElse(null);
        if (id == null) {
            return missing();
        }
        try {
            if (runs.cancel(caller.userId(), id, CancelMode.NOW).isEmpty()) {
                return missing();
            }
        } catch (RunFinishedException over) {
            return new ModelAndView("redirect:/runs/" + id); // it ended meanwhile: its page says how
        }
        return new ModelAndView("redirect:/runs/" + id);
    }

    @PostMapping("/runs/{run}/waits/{wait}")
    ModelAndView answer(
            @AuthenticationPrincipal Caller caller,
            @PathVariable String run,
            @PathVariable String wait,
            @RequestParam Map<String, String> typed) {
        RunId id = RunId.parse(run).orElse(null);
        WaitRecord asked = id == null
                ? null
                : runs.waits(caller.userId(), id).stream()
                        .filter(one -> one.id().toString().equals(wait))
                        .findFirst()
                        .orElse(null);
        if (id == null || asked == null) {
            return missing();
        }
        try {
            runs.answer(caller.userId(), id, asked.id(), typed.getOrDefault("action", ""), values(asked, typed));
        } catch (WaitClosedException over) {
            return new ModelAndView("redirect:/runs/" + id); // somebody else was quicker: its page says how
        } catch (AnswerInvalidException refused) {
            return refused(caller, id, typed, refused);
        }
        return new ModelAndView("redirect:/runs/" + id);
    }

    private static @Nullable ObjectNode values(WaitRecord asked, Map<String, String> typed) {
        return asked.form() == null ? null : new InputForm(asked.form()).read(typed);
    }

    private ModelAndView refused(Caller caller, RunId id, Map<String, String> typed, AnswerInvalidException refused) {
        List<String> why =
                refused.faults().stream().map(RunRefusedException.Fault::detail).toList();
        return runs.find(caller.userId(), id)
                .map(run -> page("run/run", page(caller, run, typed, why)))
                .map(view -> {
                    view.setStatus(HttpStatus.UNPROCESSABLE_CONTENT);
                    return view;
                })
                .orElseGet(RunPages::missing);
    }

    @GetMapping("/compare")
    ModelAndView compare(
            @AuthenticationPrincipal Caller caller, @RequestParam String left, @RequestParam String right) {
        return compared(caller, left, right, "run/compare");
    }

    @GetMapping("/compare/state")
    ModelAndView compareState(
            @AuthenticationPrincipal Caller caller, @RequestParam String left, @RequestParam String right) {
        return compared(caller, left, right, "run/compare :: state(page=${page})");
    }

    private ModelAndView compared(Caller caller, String left, String right, String view) {
        Optional<RunPage> a = find(caller, left);
        Optional<RunPage> b = find(caller, right);
        return a.isPresent() && b.isPresent() ? page(view, ComparePage.of(a.get(), b.get())) : missing();
    }

    private Optional<RunPage> find(Caller caller, String id) {
        return RunId.parse(id).flatMap(run -> runs.find(caller.userId(), run)).map(run -> page(caller, run));
    }

    private RunPage page(Caller caller, RunRecord run) {
        return page(caller, run, Map.of(), List.of());
    }

    private RunPage page(Caller caller, RunRecord run, Map<String, String> typed, List<String> refusals) {
        var owner = caller.userId();
        return RunPage.of(new RunPage.Parts(
                run,
                graph(caller, run),
                runs.steps(owner, run.id()),
                runs.edges(owner, run.id()),
                runs.events(owner, run.id(), 0, EVENTS),
                new RunPage.Asked(runs.waits(owner, run.id()), typed, refusals)));
    }

    private @Nullable Graph graph(Caller caller, RunRecord run) {
        return GraphId.parse(run.graphId())
                .flatMap(id -> library.version(caller.userId(), id, String.valueOf(run.version())))
                .flatMap(version -> GraphDocument.parse(version.document()).graph())
                .orElse(null);
    }

    private static ModelAndView page(String view, Object page) {
        return new ModelAndView(view, "page", page);
    }

    private static ModelAndView missing() {
        return new ModelAndView("frame/missing", HttpStatus.NOT_FOUND);
    }
}
