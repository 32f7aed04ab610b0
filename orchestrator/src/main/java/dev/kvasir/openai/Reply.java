package dev.kvasir.openai;

import dev.kvasir.run.RunRecord;
import dev.kvasir.run.RunTotals;
import dev.kvasir.run.StepMetrics;
import dev.kvasir.run.StepRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run has answered.
 *
 * @param isCut whether the reply ends because it may have no more tokens
 */
record Reply(String text, boolean isCut, Usage usage, ObjectNode kvasir) {

    /**
     * Tokens of the whole run, in every node.
     *
     * @param prompt read or reused
     * @param reused of these
     * @param generated written
     * @param intermediate of these, those not in the reply
     */
    record Usage(long prompt, long reused, long generated, long intermediate) {}

    /** The reply of a run that has succeeded. */
    static Reply of(ServedModel model, RunRecord run, List<StepRecord> steps) {
        JsonNode output = run.output() == null ? JsonNodeFactory.instance.missingNode() : run.output();
        JsonNode value = output.path(model.output());
        Optional<StepRecord> feeder = model.source()
                .feeder()
                .flatMap(node -> steps.stream()
                        .filter(step -> step.node().equals(node.value()) && step.text() != null)
                        .max(Comparator.comparing(StepRecord::id, Comparator.comparing(Object::toString))));
        boolean isCut = feeder.map(step -> "LENGTH".equals(step.finishReason())).orElse(false);
        String text = value.isString() ? value.stringValue() : value.isMissingNode() ? "" : value.toString();
        return new Reply(text, isCut, usage(model, run.totals(), steps), kvasir(run));
    }

    private static Usage usage(ServedModel model, RunTotals totals, List<StepRecord> steps) {
        List<String> writers =
                model.source().writers().stream().map(node -> node.value()).toList();
        long replied = 0;
        for (StepRecord step : steps) {
            StepMetrics metrics = step.metrics();
            if (metrics != null && writers.contains(step.node())) {
                replied += metrics.generatedTokens();
            }
        }
        return new Usage(
                totals.promptTokens(),
                totals.reusedTokens(),
                totals.generatedTokens(),
                Math.max(0, totals.generatedTokens() - replied));
    }

    private static ObjectNode kvasir(RunRecord run) {
        ObjectNode kvasir = JsonNodeFactory.instance
                .objectNode()
                .put("runId", run.id().toString())
                .put("versionId", run.versionId());
        ObjectNode modes = kvasir.putObject("effectiveModes");
        run.effectiveModes().forEach(modes::put);
        return kvasir.put("avoidedTokens", run.totals().avoidedTokens())
                .put("cacheBytes", run.totals().cacheBytes());
    }
}
