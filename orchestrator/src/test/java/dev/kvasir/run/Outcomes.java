package dev.kvasir.run;

import dev.kvasir.agent.AgentReply;
import dev.kvasir.agent.FusionReport;
import dev.kvasir.agent.Message;
import dev.kvasir.agent.Placement;
import dev.kvasir.agent.Timings;
import java.time.Duration;
import java.util.List;

/** Ends of islands, made by hand. */
final class Outcomes {

    private Outcomes() {}

    /** An island of one node that wrote something. */
    static IslandEnd.Done done(String node, String text) {
        return new IslandEnd.Done(
                List.of(new StepOutcome(
                        node,
                        text,
                        AgentReply.FinishReason.STOP,
                        List.of(Message.user("q")),
                        new Placement("cpu:0", "none", "none"),
                        Duration.ZERO,
                        Timings.ZERO,
                        1,
                        1,
                        0,
                        0,
                        FusionReport.NONE,
                        Duration.ZERO)),
                List.of(),
                List.of(),
                List.of());
    }
}
