package dev.kvasir.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.JsonNodeFactory;

class OperationStateTest {

    @ParameterizedTest
    @EnumSource
    void nothingFollowsTheEventsOfFinalStatesAndOnlyOfThose(OperationState state) {
        OperationEvent event = new OperationEvent(
                1,
                Instant.EPOCH,
                new OperationId(new UUID(1, 2)),
                state.event(),
                JsonNodeFactory.instance.objectNode());

        assertThat(event.isTerminal()).isEqualTo(state.isFinal());
    }

    @ParameterizedTest
    @EnumSource
    void whatRunsMayBeHandedBackAndWhatHasEndedStaysAsItEnded(OperationState state) {
        assertThat(state.next().contains(OperationState.QUEUED)).isEqualTo(state == OperationState.RUNNING);
        assertThat(state.next().isEmpty())
                .isEqualTo(state == OperationState.SUCCEEDED
                        || state == OperationState.FAILED
                        || state == OperationState.CANCELLED);
    }
}
