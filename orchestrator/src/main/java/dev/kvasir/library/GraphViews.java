package dev.kvasir.library;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.graph.Plan;
import dev.kvasir.graph.Registry;
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
        static Verdict of(Validation validation, Registry registry) {
            return new Verdict(
                    validation.isAccepted(),
                    LibraryProblems.faults(validation.problems()),
                    validation.isAccepted() ? PlanView.of(validation, registry) : null);
        }
    }

    /** What became of an import, or would; the graph is absent where nothing was written. */
    record ImportView(
            String name,
            @Nullable String versionId,
            boolean accepted,
            List<ProblemFault> problems,
            @Nullable PlanView plan,
            @Nullable GraphView graph) {}

    /**
     * Islands and links of a plan.
     *
     * @param weightBytes of each island's models that are here, each model once, as their files have them
     */
    record PlanView(List<LinkView> links, List<List<String>> islands, List<Long> weightBytes) {
        static PlanView of(Validation validation, Registry registry) {
            Plan plan = validation.acceptedPlan();
            PlanBytes bytes = new PlanBytes(validation.acceptedGraph(), registry);
            return new PlanView(
                    plan.links().stream()
                            .map(link -> new LinkView(
                                    link.edge().value(),
                                    link.requested().name(),
                                    link.effective().name(),
                                    link.reason().name(),
                                    link.reasonText(),
                                    link.fuser(),
                                    bytes.cachePerToken(link)))
                            .toList(),
                    plan.islands().stream()
                            .map(island -> island.nodes().stream()
                                    .map(node -> node.value())
                                    .toList())
                            .toList(),
                    plan.islands().stream().map(bytes::weights).toList());
        }
    }

    /**
     * How an edge would run.
     *
     * @param cacheBytesPerToken of the sender's KV cache in 32-bit floats, before its link leaves layers out or rounds; absent
     *     where no cache crosses
     */
    record LinkView(
            String edge,
            String requestedMode,
            String effectiveMode,
            String reason,
            @Nullable String reasonText,
            @Nullable String fuser,
            @Nullable Long cacheBytesPerToken) {}
}
