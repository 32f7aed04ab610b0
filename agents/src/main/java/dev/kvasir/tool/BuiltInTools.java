package dev.kvasir.tool;

import dev.kvasir.outbound.OutboundClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools that come with Kvasir. */
public final class BuiltInTools implements ToolSource {

    private static final String PREFIX = "builtin:";

    private final Map<String, Tool> tools = new LinkedHashMap<>();

    /** @throws IllegalArgumentException naming the setting that cannot be read */
    public BuiltInTools(ToolSettings settings, OutboundClient outbound) {
        add(new Calculator());
        add(new JsonPathTool());
        if (!settings.httpGetHosts().isEmpty()) {
            add(new HttpGetTool(outbound, settings.httpGetHosts()));
        }
    }

    private void add(Tool tool) {
        tools.put(PREFIX + tool.specification().name(), tool);
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
