package dev.kvasir.tool;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.node.ObjectNode;

/** One method of an object of the application. */
final class FunctionTool implements Tool {

    private static final int DEEPEST = 5;

    private final ToolFunctions owner;
    private final Method method;
    private final ToolSpecification specification;

    FunctionTool(ToolFunctions owner, Method method, ToolFunction function) {
        this.owner = owner;
        this.method = method;
        method.setAccessible(true); // a public method of a class that is not
        String name = function.name().isEmpty() ? method.getName() : function.name();
        this.specification = new ToolSpecification(ToolNames.told(name), function.value(), parameters(method));
    }

    @Override
    public ToolSpecification specification() {
        return specification;
    }

    @Override
    public ToolResult call(ObjectNode arguments) {
        Parameter[] parameters = method.getParameters();
        @Nullable Object[] values = new Object[parameters.length];
        try {
            for (int i = 0; i < parameters.length; i++) {
                JavaType type = Arguments.mapper().constructType(parameters[i].getParameterizedType());
                values[i] = Arguments.mapper().convertValue(arguments.path(parameters[i].getName()), type);
            }
        } catch (JacksonException | IllegalArgumentException wrong) {
            return ToolResult.failed(
                    "The arguments of '" + specification.name() + "' do not fit: " + wrong.getMessage());
        }
        try {
            Object result = method.invoke(owner, values);
            return ToolResult.done(
                    result instanceof String text ? text : Arguments.mapper().writeValueAsString(result));
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof IllegalArgumentException wrong) {
                return ToolResult.failed(String.valueOf(wrong.getMessage()));
            }
            throw new IllegalStateException("Function '" + specification.name() + "' failed.", thrown.getCause());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException("A public method cannot be called.", impossible);
        }
    }

    private static ObjectNode parameters(Method method) {
        ObjectNode schema = Arguments.mapper().createObjectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        var required = schema.putArray("required");
        for (Parameter parameter : method.getParameters()) {
            ObjectNode property = schema(parameter.getParameterizedType(), 0);
            ToolParameter told = parameter.getAnnotation(ToolParameter.class);
            if (told != null) {
                property.put("description", told.value());
            }
            properties.set(parameter.getName(), property);
            required.add(parameter.getName());
        }
        return schema.put("additionalProperties", false);
    }

    private static ObjectNode schema(Type type, int depth) {
        ObjectNode schema = Arguments.mapper().createObjectNode();
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("Type " + type + " of a tool's parameter is nested too deep.");
        }
        if (type instanceof ParameterizedType list && List.class.equals(list.getRawType())) {
            schema.put("type", "array").set("items", schema(list.getActualTypeArguments()[0], depth + 1));
            return schema;
        }
        if (type instanceof Class<?> plain) {
            return schema(plain, depth, schema);
        }
        throw new IllegalArgumentException("Type " + type + " cannot be a tool's parameter.");
    }

    private static ObjectNode schema(Class<?> type, int depth, ObjectNode schema) {
        if (type.isEnum()) {
            var names = schema.put("type", "string").putArray("enum");
            for (Object constant : type.getEnumConstants()) {
                names.add(((Enum<?>) constant).name());
            }
            return schema;
        }
        if (type.isRecord()) {
            ObjectNode properties = schema.put("type", "object").putObject("properties");
            var required = schema.putArray("required");
            for (RecordComponent component : type.getRecordComponents()) {
                properties.set(component.getName(), schema(component.getGenericType(), depth + 1));
                required.add(component.getName());
            }
            return schema.put("additionalProperties", false);
        }
        return schema.put(
                "type",
                switch (type.getSimpleName()) {
                    case "String" -> "string";
                    case "int", "long", "Integer", "Long", "BigInteger" -> "integer";
                    case "double", "float", "Double", "Float", "BigDecimal" -> "number";
                    case "boolean", "Boolean" -> "boolean";
                    default -> throw new IllegalArgumentException("Type " + type + " cannot be a tool's parameter.");
                });
    }
}
