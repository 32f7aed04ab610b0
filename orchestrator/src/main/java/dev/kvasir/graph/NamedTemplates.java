package dev.kvasir.graph;

import dev.kvasir.graph.Template.Mention;
import dev.kvasir.graph.Template.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object of templates, filled over values from outside of any run. A template that is one value and nothing else gives that value
 * as it is, a number or a list included; any other gives text.
 */
public final class NamedTemplates {

    private NamedTemplates() {}

    /**
     * One fault.
     *
     * @param name of the template
     * @param detail a sentence about it
     */
    public record TemplateFault(String name, String detail) {}

    /**
     * What is wrong with templates before any value is known.
     *
     * @param roots what their paths may begin with
     */
    public static List<TemplateFault> faults(Map<String, String> templates, List<String> roots) {
        List<TemplateFault> faults = new ArrayList<>();
        templates.forEach((name, source) -> {
            try {
                for (Mention mention : Template.parse(source).mentions()) {
                    if (!roots.contains(mention.path().head())) {
                        faults.add(new TemplateFault(
                                name,
                                "Template of '%s': '%s' is not a value. Values begin with: %s."
                                        .formatted(name, mention.path(), String.join(", ", roots))));
                    }
                }
            } catch (TemplateSyntaxException broken) {
                faults.add(new TemplateFault(
                        name, "Template of '%s', line %d: %s".formatted(name, broken.line(), broken.getMessage())));
            }
        });
        return faults;
    }

    /**
     * Fills every template in.
     *
     * @throws TemplateException naming the value that is missing
     */
    public static ObjectNode fill(Map<String, String> templates, ObjectNode values) {
        ObjectNode filled = JsonNodeFactory.instance.objectNode();
        templates.forEach((name, source) -> filled.set(name, value(Template.parse(source), values)));
        return filled;
    }

    private static JsonNode value(Template template, ObjectNode values) {
        TemplateFiller filler = new TemplateFiller(values);
        if (template.parts().size() == 1
                && template.parts().getFirst() instanceof Part.Insert(var path, var filters)
                && filters.isEmpty()) {
            return filler.value(path);
        }
        return JsonNodeFactory.instance.stringNode(filler.fill(template));
    }
}
