package dev.kvasir.tool;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a model is told of a tool.
 *
 * @param name under which the model calls it: letters, digits, {@code _} and {@code -}, up to 64
 * @param description one or a few sentences
 * @param parameters JSON Schema of an object; nobody changes it
 */
public record ToolSpecification(String name, String description, ObjectNode parameters) {

    ToolSpecification named(String other) {
        return new ToolSpecification(other, description, parameters);
    }
}
