package dev.kvasir.run;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Runs, steps and events as the API shows them: flat, and trimmed to the parts that were asked for. */
@Component
public final class RunJson {

    private static final List<String> RUN_IO = List.of("input", "output");
    private static final List<String> STEP_IO = List.of("text", "truncated", "json", "messages", "promptSha256");

    private final JsonMapper json;

    RunJson(JsonMapper json) {
        this.json = json;
    }

    /** What may be asked for by {@code ?fields=}. */
    enum Part {
        CORE,
        IO,
        METRICS,
        SCORES;

        static Set<Part> of(String fields) {
            Set<Part> parts = EnumSet.noneOf(Part.class);
            for (String field : fields.split(",", -1)) {
                try {
                    parts.add(valueOf(field.toUpperCase(Locale.ROOT)));
                } catch (IllegalArgumentException unknown) {
                    throw new ProblemException(
                            ProblemType.INVALID_PARAMETER, "fields names core, io, metrics and scores only.");
                }
            }
            return parts;
        }
    }

    /**
     * A run as it is told to others.
     *
     * @param fields which parts, such as {@code core,metrics}
     * @throws ProblemException if there is no such part
     */
    public ObjectNode run(RunRecord run, String fields) {
        return run(run, Part.of(fields));
    }

    ObjectNode run(RunRecord run, Set<Part> parts) {
        ObjectNode node = json.valueToTree(run);
        return trimmed(node, "totals", RUN_IO, parts);
    }

    ObjectNode step(StepRecord step, Set<Part> parts) {
        ObjectNode node = json.valueToTree(step);
        return trimmed(node, "metrics", STEP_IO, parts);
    }

    private static ObjectNode trimmed(ObjectNode node, String nested, List<String> io, Set<Part> parts) {
        JsonNode numbers = node.remove(nested);
        if (numbers instanceof ObjectNode metrics && parts.contains(Part.METRICS)) {
            node.setAll(metrics);
        }
        if (!parts.contains(Part.IO)) {
            node.remove(io);
        }
        return node;
    }

    ObjectNode event(EventRecord event) {
        ObjectNode node = json.createObjectNode();
        node.put("seq", event.seq());
        node.put("event", event.name());
        node.set("at", json.valueToTree(event.at()));
        node.put("runId", event.runId().toString());
        if (event.stepId() != null) {
            node.put("stepId", event.stepId().toString());
        }
        if (event.node() != null) {
            node.put("node", event.node());
        }
        if (event.edge() != null) {
            node.put("edge", event.edge());
        }
        if (event.data() instanceof ObjectNode data) {
            node.setAll(data);
        }
        return node;
    }

    /** Ids are texts in JSON. */
    @Configuration(proxyBeanMethods = false)
    static class Ids {

        @Bean
        JacksonModule runIds() {
            return new SimpleModule("kvasir-run")
                    .addSerializer(RunId.class, new ToStringSerializer(RunId.class))
                    .addSerializer(StepId.class, new ToStringSerializer(StepId.class))
                    .addSerializer(WaitId.class, new ToStringSerializer(WaitId.class));
        }
    }
}
