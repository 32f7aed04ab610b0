package dev.kvasir.library;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.graph.Plan;
import dev.kvasir.graph.Validation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Graphs as the API shows them. */
final class GraphViews {

    private GraphViews() {}

    /** A graph in a list. */
    record GraphView(
            String id,
            String name,
            String title,
            Instant createdAt,
            @Nullable Integer newestVersion,
            boolean hasDraft) {
        static GraphView of(StoredGraph graph) {
            return new GraphView(
                    graph.id().toString(),
                    graph.name(),
                    graph.title(),
                    graph.createdAt(),
                    graph.newestVersion(),
                    graph.hasDraft());
        }
    }

    /** A working copy with what the rules say of it. */
    record DraftView(
            String graph,
            long revision,
            Instant updatedAt,
            @JsonRawValue String document,
            @JsonRawValue String layout,
            List<ProblemFault> problems) {
        static DraftView of(Draft draft, Validation validation) {
            return new DraftView(
                    draft.graph().toString(),
                    draft.revision(),
                    draft.updatedAt(),
                    draft.document(),
                    draft.layout(),
                    LibraryProblems.faults(validation.problems()));
        }
    }

    /** A published version; in a list without its document. */
    record VersionView(
            String graph,
            String name,
            int version,
            String versionId,
            VersionLock lock,
            String notes,
            Instant publishedAt,
            @JsonRawValue @Nullable String document,
            @JsonRawValue @Nullable String layout) {
        static VersionView whole(GraphVersion version) {
            return of(version, version.document(), version.layout());
        }

        static VersionView listed(GraphVersion version) {
            return of(version, null, null);
        }

        private static VersionView of(GraphVersion version, @Nullable String document, @Nullable String layout) {
            return new VersionView(
                    version.graph().toString(),
                    version.name(),
                    version.number(),
                    version.id(),
                    version.lock(),
                    version.notes(),
                    version.publishedAt(),
                    document,
                    layout);
        }
    }

    /** What the rules say, and how the graph would run now. */
    record Verdict(
            boolean accepted,
            List<ProblemFault> problems,
            @Nullable PlanView plan) {
        static Verdict of(Validation validation) {
            Plan plan = validation.plan();
            return new Verdict(
                    validation.isAccepted(),
                    LibraryProblems.faults(validation.problems()),
                    plan == null ? null : PlanView.of(plan));
        }
    }

    /** Islands and links of a plan. */
    record PlanView(List<LinkView> links, List<List<String>> islands) {
        static PlanView of(Plan plan) {
            return new PlanView(
                    plan.links().stream()
                            .map(link -> new LinkView(
                                    link.edge().value(),
                                    link.requested().name(),
                                    link.effective().name(),
                                    link.reason().name(),
                                    link.reasonText(),
                                    link.fuser()))
                            .toList(),
                    plan.islands().stream()
                            .map(island -> island.nodes().stream()
                                    .map(node -> node.value())
                                    .toList())
                            .toList());
        }
    }

    /** How an edge would run. */
    record LinkView(
            String edge,
            String requestedMode,
            String effectiveMode,
            String reason,
            @Nullable String reasonText,
            @Nullable String fuser) {}
}
