package dev.kvasir.hook;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.graph.NamedTemplates;
import dev.kvasir.hook.Trigger.Auth;
import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.run.HexIds;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Says whether a trigger may be as its owner wants it. */
@Component
@Profile("!worker")
final class TriggerChecks {

    /** What templates may name. */
    static final List<String> ROOTS = List.of("body", "headers");

    private static final int MOST_FIELDS = 100;

    private final GraphLibrary library;
    private final Clock clock;

    TriggerChecks(GraphLibrary library, Clock clock) {
        this.library = library;
        this.clock = clock;
    }

    /** A trigger that is asked for, or what is to change of one; what is absent is as it was, or by default. */
    record Wanted(
            @Nullable String name,
            @Nullable String graph,
            @Nullable Integer version,
            @Nullable Auth auth,
            @Nullable Map<String, String> input,
            @Nullable Boolean enabled) {}

    /** A trigger to be. */
    Trigger fresh(UUID owner, Wanted wanted) {
        String named = wanted.graph();
        if (named == null) {
            throw Refusals.outOfRange("/graph", "A trigger needs a graph.");
        }
        if (wanted.auth() == null) {
            throw Refusals.outOfRange("/auth", "A trigger needs auth: SIGNATURE or KEY.");
        }
        GraphId graph = library.find(owner, named)
                .map(StoredGraph::id)
                .orElseThrow(() -> ProblemException.notFound("graph", named));
        return new Trigger(
                new TriggerId(HexIds.next()),
                owner,
                Refusals.name(wanted.name()),
                graph,
                wanted.version() == null ? null : version(owner, graph, wanted.version()),
                wanted.auth(),
                wanted.input() == null ? Map.of() : input(wanted.input()),
                wanted.enabled() == null || wanted.enabled(),
                clock.instant());
    }

    /** A trigger as it shall be; its graph and how it is called stay. */
    Trigger changed(Trigger before, Wanted wanted) {
        if (wanted.graph() != null || wanted.auth() != null) {
            String field = wanted.graph() == null ? "auth" : "graph";
            throw Refusals.outOfRange(
                    "/" + field, "%s of a trigger does not change. Make another trigger.".formatted(field));
        }
        return new Trigger(
                before.id(),
                before.owner(),
                wanted.name() == null ? before.name() : Refusals.name(wanted.name()),
                before.graph(),
                wanted.version() == null ? before.version() : version(before.owner(), before.graph(), wanted.version()),
                before.auth(),
                wanted.input() == null ? before.input() : input(wanted.input()),
                wanted.enabled() == null ? before.enabled() : wanted.enabled(),
                before.createdAt());
    }

    private Integer version(UUID owner, GraphId graph, int number) {
        return library.version(owner, graph, Integer.toString(number))
                .map(GraphVersion::number)
                .orElseThrow(() -> ProblemException.notFound("version of the graph", Integer.toString(number)));
    }

    private static Map<String, String> input(Map<String, String> input) {
        if (input.size() > MOST_FIELDS) {
            throw Refusals.outOfRange("/input", "A trigger's input has at most %d fields.".formatted(MOST_FIELDS));
        }
        List<ProblemFault> faults = NamedTemplates.faults(input, ROOTS).stream()
                .map(fault -> ProblemFault.at(
                        "/input/" + fault.name().replace("~", "~0").replace("/", "~1"), fault.detail()))
                .toList();
        if (!faults.isEmpty()) {
            String detail =
                    String.join(" ", faults.stream().map(ProblemFault::detail).toList());
            throw new ProblemException(ProblemType.TEMPLATE_INVALID, detail, faults);
        }
        return input;
    }
}
