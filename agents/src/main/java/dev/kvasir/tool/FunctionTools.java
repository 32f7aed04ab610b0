package dev.kvasir.tool;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions of the application's objects. */
public final class FunctionTools implements ToolSource {

    private static final String PREFIX = "java:";

    private final Map<String, Tool> tools = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if two functions have one name, or one cannot be called */
    public FunctionTools(List<? extends ToolFunctions> owners) {
        owners.forEach(this::add);
    }

    private void add(ToolFunctions owner) {
        for (Method method : owner.getClass().getMethods()) {
            ToolFunction function = method.getAnnotation(ToolFunction.class);
            if (function == null) {
                continue;
            }
            if (Modifier.isStatic(method.getModifiers())) {
                throw new IllegalArgumentException("@ToolFunction " + method + " must not be static.");
            }
            FunctionTool tool = new FunctionTool(owner, method, function);
            String name = PREFIX + tool.specification().name();
            if (tools.put(name, tool) != null) {
                throw new IllegalArgumentException("Two functions are called '" + name + "'. Give one another name.");
            }
        }
    }

    @Override
    public List<String> names() {
        return List.copyOf(tools.keySet());
    }

    @Override
    public Optional<Tool> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }
}
