package dev.kvasir.tool;

import dev.kvasir.outbound.HostAllowList;
import dev.kvasir.outbound.OutboundAnswer;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@code builtin:http_get}: reads text from hosts that are allowed for it, and by the way out at all. */
final class HttpGetTool implements Tool {

    private static final Map<String, String> HEADERS = Map.of("Accept", "application/json, text/*;q=0.9, */*;q=0.1");

    private final OutboundClient outbound;
    private final HostAllowList hosts;
    private final ToolSpecification specification;

    HttpGetTool(OutboundClient outbound, List<String> hosts) {
        this.outbound = outbound;
        this.hosts = new HostAllowList("kvasir.tools.http-get-hosts", hosts);
        this.specification = new ToolSpecification(
                "http_get",
                "Reads a web address and answers its text. Hosts: " + String.join(", ", hosts) + ".",
                Schemas.strings(Map.of("url", "Such as https://host/path")));
    }

    @Override
    public ToolSpecification specification() {
        return specification;
    }

    @Override
    public ToolResult call(ObjectNode arguments) {
        URI address;
        try {
            address = URI.create(arguments.path("url").asString("").strip());
        } catch (IllegalArgumentException malformed) {
            return ToolResult.failed("'url' is not an address. Write it as https://host/path.");
        }
        hosts.requireAllowed(address);
        OutboundAnswer answer = outbound.send(OutboundRequest.get(address, HEADERS));
        if (answer.status() >= 300 && answer.status() < 400) {
            return ToolResult.failed("The answer is a redirect to "
                    + answer.header("location").orElse("nowhere") + ", which is not followed. Ask for that address.");
        }
        return answer.isSuccess()
                ? ToolResult.done(answer.text())
                : ToolResult.failed("The answer has status " + answer.status() + ": " + answer.text());
    }
}
