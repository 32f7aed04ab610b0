package dev.kvasir.run;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.agent.ReplyListener;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.Values;
import dev.kvasir.tool.ToolCall;
import dev.kvasir.tool.ToolCancelledException;
import dev.kvasir.tool.ToolOffer;
import dev.kvasir.tool.ToolResult;
import dev.kvasir.tool.ToolUnknownException;
import dev.kvasir.tool.Toolbox;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What steps have to do with tools. */
final class ToolStep {

    private ToolStep() {}

    /**
     * What an agent may call here.
     *
     * @throws AgentException with TOOL_FAILED if one of its tools is not offered here
     */
    static ToolOffer offer(Toolbox tools, Node.Agent agent) {
        if (agent.tools().names().isEmpty()) {
            return ToolOffer.NONE;
        }
        try {
            return tools.offer(agent.tools().names(), agent.tools().maxRounds());
        } catch (ToolUnknownException gone) {
            throw failed(AgentFault.TOOL_FAILED, gone);
        }
    }

    /**
     * Runs a tool node: its text is what the tool returned.
     *
     * @throws AgentException with TOOL_FAILED or TOOL_DENIED, saying what the tool says
     */
    static StepOutcome run(Toolbox tools, Node.Tool node, RunValues values, Duration waited, ReplyListener listener) {
        Values named = values.named();
        Map<String, String> filled = new LinkedHashMap<>();
        node.arguments().forEach((name, template) -> filled.put(name, named.fill(template)));
        try {
            ToolCall call = new ToolCall(node.id().value(), node.tool(), tools.arguments(node.tool(), filled));
            listener.toolCalled(call);
            long start = System.nanoTime();
            ToolResult result = tools.call(node.tool(), call.arguments(), () -> isCancelled(listener));
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            listener.toolReturned(call, time, result.isError());
            return outcome(node, result, waited, time);
        } catch (ToolUnknownException gone) {
            throw failed(AgentFault.TOOL_FAILED, gone);
        } catch (ToolCancelledException cancelled) {
            throw failed(AgentFault.CANCELLED, cancelled);
        }
    }

    /** A call that is waited for is no hung step; its own time is bounded. */
    private static boolean isCancelled(ReplyListener listener) {
        listener.progressed();
        return listener.isCancelled();
    }

    private static StepOutcome outcome(Node.Tool node, ToolResult result, Duration waited, Duration time) {
        return switch (result.outcome()) {
            case DONE -> StepOutcome.of(node, result.text(), waited, time);
            case FAILED -> throw new AgentException(AgentFault.TOOL_FAILED, result.text());
            case DENIED -> throw new AgentException(AgentFault.TOOL_DENIED, result.text());
        };
    }

    private static AgentException failed(AgentFault fault, RuntimeException cause) {
        return new AgentException(fault, String.valueOf(cause.getMessage()), cause);
    }
}
