package dev.kvasir.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResidentStateTest {

    @ParameterizedTest
    @EnumSource
    void nothingComesBackOnceItIsGone(ResidentState state) {
        assertThat(state.next()).doesNotContain(ResidentState.LOADING, state);
        assertThat(state.next().isEmpty())
                .isEqualTo(
                        EnumSet.of(ResidentState.EVICTED, ResidentState.FAILED).contains(state));
    }

    @ParameterizedTest
    @EnumSource(names = {"LOADING", "DRAINING", "EVICTED"})
    void whatIsLoadingCannotBeUnloaded(ResidentState state) {
        Residence residence = new Residence(new Mebibytes().thing("a", 1), Instant.EPOCH);

        assertThatThrownBy(() -> residence.enter(state))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("'a' cannot become " + state + " when it is LOADING");
    }
}
