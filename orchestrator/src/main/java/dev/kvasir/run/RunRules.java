package dev.kvasir.run;

import dev.kvasir.graph.Graph;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.GraphValidator;
import dev.kvasir.graph.InputSchema;
import dev.kvasir.graph.KnownGraphs;
import dev.kvasir.graph.OpaqueEdges;
import dev.kvasir.graph.Overrides;
import dev.kvasir.graph.PairTimes;
import dev.kvasir.graph.Problem;
import dev.kvasir.graph.Registry;
import dev.kvasir.graph.Surroundings;
import dev.kvasir.graph.Validation;
import dev.kvasir.library.EdgePolicies;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.run.RunRefusedException.Fault;
import dev.kvasir.run.RunRefusedException.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks the graph's rules about runs: what a version with a run's overrides means, and whether an input fits. */
final class RunRules {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Versions versions;
    private final GraphValidator validator;
    private final EdgePolicies policies;

    RunRules(JdbcClient jdbc, JsonMapper json, Registry registry) {
        this.jdbc = jdbc;
        this.json = json;
        this.versions = new Versions(jdbc, json);
        this.validator = new GraphValidator(registry);
        this.policies = new EdgePolicies(jdbc);
    }

    /**
     * A version as a run asks for it.
     *
     * @param owner whose finished runs AUTO may go by
     * @throws RunRefusedException if a rule refuses it; with every fault
     */
    RunGraph graph(UUID owner, GraphVersion version, StartRun request) {
        Overrides overrides = new Overrides(request.edgeOverrides(), request.nodeOverrides());
        PairTimes times = new EdgeTimes(jdbc, owner, request.input());
        return graph(version, overrides, times, policies.opaqueEdges(owner));
    }

    /** The graph of a run that was started. */
    RunGraph graphOf(UUID run) {
        Overrides overrides = jdbc.sql("SELECT edge_overrides, node_overrides FROM run WHERE id = :run")
                .param("run", run)
                .query((row, number) -> new Overrides(fields(row.getString(1)), fields(row.getString(2))))
                .single();
        // its modes were planned when it started, under the policy of then
        return graph(versions.of(run), overrides, PairTimes.NONE, OpaqueEdges.ALLOWED);
    }

    /** @throws RunRefusedException if the input does not fit the schema; with every fault */
    void checkInput(Graph graph, ObjectNode input) {
        List<Fault> faults = InputSchema.faults(graph.input(), input).stream()
                .map(fault -> new Fault(null, "/input" + fault.pointer(), null, null, fault.detail(), null))
                .toList();
        if (!faults.isEmpty()) {
            throw new RunRefusedException(Kind.INPUT_INVALID, RunRefusedException.summary(faults), faults);
        }
    }

    private RunGraph graph(GraphVersion version, Overrides overrides, PairTimes times, OpaqueEdges opaque) {
        Validation validation = validator.validate(
                GraphDocument.parse(version.document()), overrides, new Surroundings(times, opaque, KnownGraphs.TAKEN));
        if (!validation.isAccepted()) {
            throw refused(validation.errors());
        }
        return new RunGraph(validation.acceptedGraph(), validation.acceptedPlan());
    }

    private static RunRefusedException refused(List<Problem> problems) {
        List<Fault> faults = problems.stream()
                .map(problem -> new Fault(
                        problem.rule().name(),
                        problem.pointer(),
                        problem.nodeId() == null ? null : problem.nodeId().value(),
                        problem.edgeId() == null ? null : problem.edgeId().value(),
                        problem.detail(),
                        problem.hint()))
                .toList();
        boolean onlyPairs = problems.stream().allMatch(Problem::isIncompatible);
        return new RunRefusedException(
                onlyPairs ? Kind.C2C_INCOMPATIBLE : Kind.GRAPH_INVALID, RunRefusedException.summary(faults), faults);
    }

    /** Overrides as they are stored, by what they override. */
    Map<String, JsonNode> fields(String document) {
        Map<String, JsonNode> fields = new HashMap<>();
        json.readTree(document).properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
        return fields;
    }
}
