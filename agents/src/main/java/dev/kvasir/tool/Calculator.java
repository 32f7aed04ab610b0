package dev.kvasir.tool;

import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@code builtin:calculator}: exact arithmetic on fractions of whole numbers, within bounds. */
final class Calculator implements Tool {

    private static final ToolSpecification SPECIFICATION = new ToolSpecification(
            "calculator",
            "Calculates exactly. Use it for every calculation. Knows + - * / % ^, parentheses, and the functions abs, min, max,"
                    + " floor, ceil, round and sqrt.",
            Schemas.strings(Map.of("expression", "Such as (12.5 + 3) * 4^2")));

    @Override
    public ToolSpecification specification() {
        return SPECIFICATION;
    }

    @Override
    public ToolResult call(ObjectNode arguments) {
        String expression = arguments.path("expression").asString("");
        try {
            return ToolResult.done(new Arithmetic(expression).value());
        } catch (ArithmeticException wrong) {
            return ToolResult.failed(String.valueOf(wrong.getMessage()));
        }
    }
}
