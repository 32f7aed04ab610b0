package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopTextTest {
    @Test
    void textThatMayBecomeAStopStringIsHeldBackUntilItIsClear() {
        StopText text = new StopText(List.of("\n\n", "END"));

        assertThat(text.next("one\n")).isEqualTo("one");
        assertThat(text.next("two E")).isEqualTo("\ntwo ");
        assertThat(text.next("NE")).isEqualTo("EN");
        assertThat(text.next("ND?")).isEmpty();
        assertThat(text.stopped()).isTrue();
        assertThat(text.next("more")).isEmpty();
        assertThat(text.end()).isEmpty();
    }

    @Test
    void theEarliestStopStringWins() {
        StopText text = new StopText(List.of("later", "at"));

        assertThat(text.next("what later")).isEqualTo("wh");
    }

    @Test
    void whatWasHeldBackInVainIsShownAtTheEnd() {
        StopText text = new StopText(List.of("END"));

        assertThat(text.next("the EN")).isEqualTo("the ");
        assertThat(text.end()).isEqualTo("EN");
        assertThat(text.stopped()).isFalse();
    }
}
