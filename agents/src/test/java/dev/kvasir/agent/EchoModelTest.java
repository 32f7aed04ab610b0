package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EchoModelTest {

    @Test
    void answersWithTheLastUserMessage() {
        AgentReply reply = new EchoModel(EchoFaults.IGNORED)
                .reply(
                        asking(Message.user("first"), Message.assistant("no"), Message.user("one two  three")),
                        1,
                        new Ear());

        assertThat(reply.text()).isEqualTo("one two  three");
        assertThat(reply.generatedTokens()).isEqualTo(3);
        assertThat(reply.finishReason()).isEqualTo(AgentReply.FinishReason.STOP);
    }

    @Test
    void whatIsStreamedIsWhatIsAnswered() {
        Ear ear = new Ear();

        AgentReply reply = new EchoModel(EchoFaults.IGNORED).reply(asking(Message.user("a b\nc ")), 1, ear);

        assertThat(String.join("", ear.heard)).isEqualTo(reply.text()).isEqualTo("a b\nc ");
    }

    @Test
    void stopsAtTheTokenLimitAndSaysSo() {
        ReplyRequest request = new ReplyRequest(
                "writer",
                "echo",
                List.of(Message.user("one two three")),
                new Intake.None(),
                GenerationOptions.GREEDY.withMaxTokens(2),
                false);

        AgentReply reply = new EchoModel(EchoFaults.IGNORED).reply(request, 1, new Ear());

        assertThat(reply.text()).isEqualTo("one two");
        assertThat(reply.finishReason()).isEqualTo(AgentReply.FinishReason.LENGTH);
    }

    @Test
    void anOrderInTheTextIsOnlyTextUnlessFaultsAreOn() {
        String message = "#echo {\"fault\":\"throw\"}\nhello";

        assertThat(new EchoModel(EchoFaults.IGNORED)
                        .reply(asking(Message.user(message)), 1, new Ear())
                        .text())
                .isEqualTo(message);
        assertThatThrownBy(() -> new EchoModel(EchoFaults.OBEYED).reply(asking(Message.user(message)), 1, new Ear()))
                .isInstanceOf(AgentException.class)
                .hasMessage("The echo model was told to fail.");
    }

    @Test
    void aFaultOfTheFirstAttemptsLetsTheNextOneThrough() {
        EchoModel echo = new EchoModel(EchoFaults.OBEYED);
        ReplyRequest request = asking(Message.user("#echo {\"fault\":\"throw\",\"attempts\":1}\nhello"));

        assertThatThrownBy(() -> echo.reply(request, 1, new Ear())).isInstanceOf(AgentException.class);
        assertThat(echo.reply(request, 2, new Ear()).text()).isEqualTo("hello");
    }

    @Test
    void aCancelledReplyEndsEarly() {
        Ear ear = new Ear();
        ear.cancelled = true;

        assertThatThrownBy(() -> new EchoModel(EchoFaults.IGNORED).reply(asking(Message.user("hello")), 1, ear))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        refused -> assertThat(refused.fault()).isEqualTo(AgentFault.CANCELLED));
    }

    private static ReplyRequest asking(Message... messages) {
        return new ReplyRequest(
                "writer", "echo", List.of(messages), new Intake.None(), GenerationOptions.GREEDY, false);
    }

    private static final class Ear implements ReplyListener {

        private final List<String> heard = new ArrayList<>();
        private boolean cancelled;

        @Override
        public void text(String delta, int tokens) {
            heard.add(delta);
        }

        @Override
        public void progressed() {}

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
