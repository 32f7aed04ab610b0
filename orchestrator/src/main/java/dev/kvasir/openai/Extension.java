package dev.kvasir.openai;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request may say to Kvasir alone, under {@code kvasir}.
 *
 * @param input of the run, beside the conversation; null for none
 * @param edgeOverrides link fields by edge id
 */
record Extension(@Nullable ObjectNode input, Map<String, JsonNode> edgeOverrides) {

    private static final Extension NONE = new Extension(null, Map.of());

    static Extension read(Arguments request) {
        return request.object("kvasir")
                .map(fields -> {
                    ObjectNode input = fields.document("input").orElse(null);
                    Map<String, JsonNode> overrides = new HashMap<>();
                    fields.document("edgeOverrides")
                            .ifPresent(links ->
                                    links.properties().forEach(link -> overrides.put(link.getKey(), link.getValue())));
                    fields.refuseOthers(Set.of());
                    return new Extension(input, overrides);
                })
                .orElse(NONE);
    }
}
