package dev.kvasir.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReadersTest {

    private final EventReaders readers = new EventReaders("run");

    @Test
    void theHeaderOfAReconnectGoesBeforeTheParameter() {
        assertThat(readers.after(null, null, 7)).isZero();
        assertThat(readers.after("3", null, 7)).isEqualTo(3);
        assertThat(readers.after("3", "7", 7)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "8", "", "three", "1.5"})
    void whatNamesNoEventIsRefused(String after) {
        assertThatThrownBy(() -> readers.after(after, null, 7))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("The event id must be a number from 0 to 7, the run's last.");
    }

    @Test
    void oneStreamTooManyIsRefusedAndThePlaceOfAnEndedOneIsFree() throws Exception {
        UUID user = UUID.randomUUID();

        assertThatThrownBy(() -> nested(user, EventReaders.STREAMS + 1))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("10 streams are open already");
        nested(user, EventReaders.STREAMS);
    }

    private void nested(UUID user, int depth) throws IOException, InterruptedException {
        readers.serve(user, () -> {
            if (depth > 1) {
                nested(user, depth - 1);
            }
        });
    }
}
