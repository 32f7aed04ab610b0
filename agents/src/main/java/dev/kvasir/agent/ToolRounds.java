package dev.kvasir.agent;

import dev.kvasir.tool.ToolCall;
import dev.kvasir.tool.ToolCancelledException;
import dev.kvasir.tool.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets a model call tools until it answers: it asks, the tools are called one after the other, and it reads what they returned.
 *
 * <p>What the model says around its calls is part of the reply, as it was heard. What a tool returns is told as a tool's turn, and
 * nothing in it is obeyed here.
 */
final class ToolRounds {

    private static final int MAX_CALLS = 16;
    private static final String PAUSE = "\n\n";

    private final ReplyRequest request;
    private final ReplyListener listener;
    private final StringBuilder said = new StringBuilder();
    private final List<Tooling.Made> made = new ArrayList<>();
    private int counted;

    ToolRounds(ReplyRequest request, ReplyListener listener) {
        this.request = request;
        this.listener = listener;
    }

    /** How a kind of model goes on with a conversation. */
    @FunctionalInterface
    interface Rounds {

        /**
         * Asks the model once.
         *
         * @param before the conversation up to the model's last turn; empty in the first round
         * @param next what follows
         */
        AgentReply ask(List<Message> before, List<Message> next, ReplyListener listener);
    }

    /** @throws AgentException with TOOL_FAILED if the model still calls when its rounds are used up */
    AgentReply run(Rounds rounds) {
        long start = System.nanoTime();
        List<Message> before = new ArrayList<>();
        List<Message> next = request.messages();
        AgentReply sum = ask(rounds, before, next);
        for (int round = 1; !sum.tooling().asked().isEmpty(); round++) {
            if (round > request.tools().maxRounds()) {
                throw new AgentException(
                        AgentFault.TOOL_FAILED,
                        "Agent '%s' still calls tools after %d rounds. Raise maxToolRounds, or tell it in its prompt when to answer."
                                .formatted(request.node(), request.tools().maxRounds()));
            }
            before.addAll(next);
            before.add(Message.assistant(sum.text(), sum.tooling().asked()));
            next = results(sum.tooling().asked());
            sum = summed(sum, ask(rounds, before, next));
        }
        return whole(sum, Duration.ofNanos(System.nanoTime() - start));
    }

    private AgentReply ask(Rounds rounds, List<Message> before, List<Message> next) {
        AgentReply reply = rounds.ask(List.copyOf(before), next, new Continuing());
        append(reply.text());
        return reply.asking(
                reply.text(),
                reply.tooling().asked().stream().map(this::numbered).toList());
    }

    /** Providers name their calls; others are counted. */
    private ToolCall numbered(ToolCall call) {
        return call.id().isEmpty() ? new ToolCall("call_" + ++counted, call.name(), call.arguments()) : call;
    }

    private void append(String text) {
        if (!text.isEmpty()) {
            said.append(said.isEmpty() ? "" : PAUSE).append(text);
        }
    }

    private List<Message> results(List<ToolCall> calls) {
        List<Message> results = new ArrayList<>();
        for (ToolCall call : calls) {
            ToolCall named = new ToolCall(call.id(), request.tools().fullName(call.name()), call.arguments());
            listener.toolCalled(named);
            long start = System.nanoTime();
            ToolResult result = results.size() < MAX_CALLS
                    ? call(call)
                    : ToolResult.failed("More than " + MAX_CALLS + " calls in one turn; this one was not made.");
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            listener.toolReturned(named, time, result.isError());
            made.add(new Tooling.Made(named.name(), time, result.isError()));
            results.add(Message.tool(call, result.text()));
        }
        return results;
    }

    private ToolResult call(ToolCall call) {
        try {
            return request.tools().call(call, this::cancelled);
        } catch (ToolCancelledException cancelled) {
            throw new AgentException(AgentFault.CANCELLED, "The reply was cancelled.", cancelled);
        }
    }

    /** A call that is waited for is no hung step; its own time is bounded. */
    private boolean cancelled() {
        listener.progressed();
        return listener.isCancelled();
    }

    private static AgentReply summed(AgentReply sum, AgentReply next) {
        return new AgentReply(
                next.text(),
                next.finishReason(),
                sum.promptTokens() + next.promptTokens(),
                sum.generatedTokens() + next.generatedTokens(),
                sum.reusedTokens() + next.reusedTokens(),
                sum.timings().then(next.timings()),
                sum.fusion(),
                next.placement(),
                next.tooling());
    }

    private AgentReply whole(AgentReply last, Duration total) {
        return new AgentReply(
                said.toString(),
                last.finishReason(),
                last.promptTokens(),
                last.generatedTokens(),
                last.reusedTokens(),
                last.timings().within(total),
                last.fusion(),
                last.placement(),
                new Tooling(List.of(), made));
    }

    /** Puts the pause between two rounds' texts where the listener hears it. */
    private final class Continuing implements ReplyListener {

        private boolean isFirst = !said.isEmpty();

        @Override
        public void text(String delta, int tokens) {
            String heard = isFirst && !delta.isEmpty() ? PAUSE + delta : delta;
            isFirst = isFirst && delta.isEmpty();
            listener.text(heard, tokens);
        }

        @Override
        public void progressed() {
            listener.progressed();
        }

        @Override
        public boolean isCancelled() {
            return listener.isCancelled();
        }
    }
}
