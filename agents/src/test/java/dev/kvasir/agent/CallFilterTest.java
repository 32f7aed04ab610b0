package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "I add.\n\n<tool_call>\n{\"name\":\"add\",\"arguments\":{}}\n</tool_call>",
                "{\"name\":\"add\",\"arguments\":{}}",
                "```json\n{\"name\":\"add\",\"arguments\":{}}\n```",
                "a < b and <tool is no call",
                "  spaces at both ends  ",
                "{\"answer\": 3}",
                "ends with <tool_",
                ""
            })
    void whatIsHeardIsWhatIsSaidAndNeverAPartOfACall(String reply) {
        for (int size = 1; size <= 5; size++) {
            Ear ear = new Ear();
            CallFilter filter = new CallFilter(ear);
            for (int place = 0; place < reply.length(); place += size) {
                filter.text(reply.substring(place, Math.min(reply.length(), place + size)), 1);
                assertThat(String.join("", ear.heard)).doesNotContain("<tool_call", "\"name\"");
            }
            WrittenCalls written = WrittenCalls.in(reply, Set.of("add"));
            filter.end(written.said());
            assertThat(String.join("", ear.heard)).isEqualTo(written.said());
            assertThat(ear.tokens).isEqualTo((reply.length() + size - 1) / size);
        }
    }

    private static final class Ear implements ReplyListener {

        private final List<String> heard = new ArrayList<>();
        private int tokens;

        @Override
        public void text(String delta, int count) {
            heard.add(delta);
            tokens += count;
        }

        @Override
        public void progressed() {}

        @Override
        public boolean isCancelled() {
            return false;
        }
    }
}
