package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.dispatch.IslandState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every pair of states: those written here may follow each other, all others may not. */
class StateTransitionsTest {

    @Test
    void aRunTakesOnlyTheseSteps() {
        assertThat(table(RunState.class, RunState::next))
                .containsExactlyInAnyOrder(
                        "QUEUED→RUNNING",
                        "QUEUED→FAILED",
                        "QUEUED→CANCELLED",
                        "QUEUED→TIMED_OUT",
                        "RUNNING→WAITING",
                        "RUNNING→SUCCEEDED",
                        "RUNNING→FAILED",
                        "RUNNING→CANCELLED",
                        "RUNNING→TIMED_OUT",
                        "WAITING→RUNNING",
                        "WAITING→SUCCEEDED",
                        "WAITING→FAILED",
                        "WAITING→CANCELLED",
                        "WAITING→TIMED_OUT");
    }

    @Test
    void aStepTakesOnlyTheseSteps() {
        assertThat(table(StepState.class, StepState::next))
                .containsExactlyInAnyOrder(
                        "PENDING→READY",
                        "PENDING→SUCCEEDED",
                        "PENDING→FAILED",
                        "PENDING→SKIPPED",
                        "PENDING→CANCELLED",
                        "PENDING→REUSED",
                        "READY→RUNNING",
                        "READY→FAILED",
                        "READY→SKIPPED",
                        "READY→CANCELLED",
                        "RUNNING→READY",
                        "RUNNING→WAITING",
                        "RUNNING→SUCCEEDED",
                        "RUNNING→FAILED",
                        "RUNNING→SKIPPED",
                        "RUNNING→CANCELLED",
                        "WAITING→READY",
                        "WAITING→RUNNING",
                        "WAITING→SUCCEEDED",
                        "WAITING→FAILED",
                        "WAITING→SKIPPED",
                        "WAITING→CANCELLED");
    }

    @Test
    void anAttemptOnlyEnds() {
        assertThat(table(AttemptState.class, AttemptState::next))
                .containsExactlyInAnyOrder(
                        "RUNNING→SUCCEEDED",
                        "RUNNING→FAILED",
                        "RUNNING→LOST",
                        "RUNNING→HUNG",
                        "RUNNING→RELEASED",
                        "RUNNING→CANCELLED");
    }

    @Test
    void anIslandTakesOnlyTheseSteps() {
        assertThat(table(IslandState.class, IslandState::next))
                .containsExactlyInAnyOrder(
                        "PENDING→READY",
                        "PENDING→SKIPPED",
                        "PENDING→CANCELLED",
                        "READY→RUNNING",
                        "READY→SKIPPED",
                        "READY→CANCELLED",
                        "RUNNING→READY",
                        "RUNNING→SUCCEEDED",
                        "RUNNING→FAILED",
                        "RUNNING→SKIPPED",
                        "RUNNING→CANCELLED");
    }

    @Test
    void theFinalStatesAreThoseOfTheContract() {
        assertThat(EnumSet.allOf(RunState.class).stream().filter(RunState::isFinal))
                .containsExactly(RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED, RunState.TIMED_OUT);
        assertThat(EnumSet.allOf(StepState.class).stream().filter(StepState::isFinal))
                .containsExactly(
                        StepState.SUCCEEDED,
                        StepState.FAILED,
                        StepState.SKIPPED,
                        StepState.CANCELLED,
                        StepState.REUSED);
        assertThat(EnumSet.allOf(AttemptState.class).stream().filter(state -> !state.isFinal()))
                .containsExactly(AttemptState.RUNNING);
    }

    private static <S extends Enum<S>> Set<String> table(Class<S> states, java.util.function.Function<S, Set<S>> next) {
        return Arrays.stream(states.getEnumConstants())
                .flatMap(from -> next.apply(from).stream().map(to -> from + "→" + to))
                .collect(Collectors.toSet());
    }
}
