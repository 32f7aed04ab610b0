package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundSettings;
import dev.kvasir.tool.BuiltInTools;
import dev.kvasir.tool.ToolCall;
import dev.kvasir.tool.ToolSettings;
import dev.kvasir.tool.Toolbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ToolRoundsTest {

    private static final ToolCall SUM = new ToolCall("", "calculator", "{\"expression\":\"6*7\"}");
    private static final ToolCall WRONG = new ToolCall("", "calculator", "{\"expr\":\"6*7\"}");

    private final OutboundClient outbound = new OutboundClient(OutboundSettings.NOTHING);
    private final Deque<AgentReply> script = new ArrayDeque<>();
    private final List<List<Message>> told = new ArrayList<>();
    private final Ear ear = new Ear();

    @AfterEach
    void close() {
        outbound.close();
    }

    @Test
    void theModelReadsWhatItsToolsReturnedAndAnswers() {
        script.add(reply("Let me see.", SUM));
        script.add(reply("It is 42."));

        AgentReply reply = run(8);

        assertThat(told)
                .containsExactly(
                        List.of(Message.user("6 times 7?")),
                        List.of(Message.tool(new ToolCall("call_1", SUM.name(), SUM.arguments()), "42")));
        assertThat(reply.text()).isEqualTo("Let me see.\n\nIt is 42.").isEqualTo(String.join("", ear.heard));
        assertThat(reply.finishReason()).isEqualTo(AgentReply.FinishReason.STOP);
        assertThat(reply.promptTokens()).isEqualTo(20);
        assertThat(reply.generatedTokens()).isEqualTo(6);
        assertThat(reply.tooling().asked()).isEmpty();
        assertThat(reply.tooling().made())
                .extracting(Tooling.Made::tool, Tooling.Made::isError)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("builtin:calculator", false));
        assertThat(ear.events).containsExactly("called builtin:calculator", "returned builtin:calculator ok");
    }

    @Test
    void aWrongCallIsToldToTheModelWhichMendsIt() {
        script.add(reply("", WRONG, SUM));
        script.add(reply("42"));

        AgentReply reply = run(8);

        assertThat(told.getLast()).hasSize(2);
        assertThat(told.getLast().getFirst().content())
                .startsWith("The arguments of 'calculator' do not fit: ")
                .contains("expression");
        assertThat(reply.text()).isEqualTo("42");
        assertThat(ear.events)
                .containsExactly(
                        "called builtin:calculator",
                        "returned builtin:calculator error",
                        "called builtin:calculator",
                        "returned builtin:calculator ok");
    }

    @Test
    void aModelThatDoesNotStopCallingFails() {
        script.add(reply("", SUM));
        script.add(reply("", SUM));
        script.add(reply("", SUM));

        assertThatThrownBy(() -> run(2))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        failed -> assertThat(failed.fault()).isEqualTo(AgentFault.TOOL_FAILED))
                .hasMessage(
                        "Agent 'sum' still calls tools after 2 rounds. Raise maxToolRounds, or tell it in its prompt when"
                                + " to answer.");
    }

    @Test
    void moreThanSixteenCallsInOneTurnAreNotMade() {
        ToolCall[] many = new ToolCall[17];
        java.util.Arrays.fill(many, SUM);
        script.add(reply("", many));
        script.add(reply("done"));

        run(8);

        assertThat(told.getLast()).hasSize(17);
        assertThat(told.getLast().getLast().content())
                .isEqualTo("More than 16 calls in one turn; this one was not made.");
    }

    private AgentReply run(int maxRounds) {
        ReplyRequest request = new ReplyRequest(
                "sum",
                "m",
                List.of(Message.user("6 times 7?")),
                new Intake.None(),
                GenerationOptions.GREEDY,
                false,
                toolbox().offer(List.of("builtin:calculator"), maxRounds));
        return new ToolRounds(request, ear).run((before, next, hearing) -> {
            told.add(next);
            AgentReply reply = script.removeFirst();
            hearing.text(reply.text(), 1);
            return reply;
        });
    }

    private Toolbox toolbox() {
        return new Toolbox(
                List.of(new BuiltInTools(new ToolSettings(List.of(), ToolSettings.DEFAULT_TIMEOUT), outbound)),
                ToolSettings.DEFAULT_TIMEOUT);
    }

    private static AgentReply reply(String text, ToolCall... calls) {
        return new AgentReply(
                        text,
                        AgentReply.FinishReason.STOP,
                        10,
                        3,
                        0,
                        Timings.ZERO,
                        FusionReport.NONE,
                        new Placement("cpu:0", "none", "none"))
                .asking(text, List.of(calls));
    }

    private static final class Ear implements ReplyListener {

        private final List<String> heard = new ArrayList<>();
        private final List<String> events = new ArrayList<>();

        @Override
        public void text(String delta, int tokens) {
            heard.add(delta);
        }

        @Override
        public void toolCalled(ToolCall call) {
            events.add("called " + call.name());
        }

        @Override
        public void toolReturned(ToolCall call, Duration time, boolean isError) {
            events.add("returned " + call.name() + (isError ? " error" : " ok"));
        }

        @Override
        public void progressed() {}

        @Override
        public boolean isCancelled() {
            return false;
        }
    }
}
