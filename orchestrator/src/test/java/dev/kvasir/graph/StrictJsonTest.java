package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.graph.MalformedJsonException.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "NaN",
                "[Infinity]",
                "01",
                "{} {}",
                "nul",
                "{'a':1}",
                "\"\\u0000\"",
                "\"\\ud800\"",
                "{\"\\udc00x\":1}",
                "1e999999999",
                "[1] // no"
            })
    void whatTwoReadersCouldUnderstandDifferentlyIsRefused(String text) {
        assertThatThrownBy(() -> StrictJson.read(text, 1000))
                .isInstanceOfSatisfying(
                        MalformedJsonException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MALFORMED));
    }

    @Test
    void aKeyGivenTwiceIsNamedWithItsPlace() {
        assertThatThrownBy(() -> StrictJson.read("{\"a\":[{\"b\":1,\"b\":2}]}", 1000))
                .hasMessage("Field 'b' is given twice. Keep one.")
                .isInstanceOfSatisfying(
                        MalformedJsonException.class,
                        e -> assertThat(e.pointer()).isEqualTo("/a/0/b"));
    }

    @Test
    void depthSixtyFourIsReadAndSixtyFiveIsNot() {
        assertThat(StrictJson.read("[".repeat(64) + "]".repeat(64), 1000).isArray())
                .isTrue();
        assertThatThrownBy(() -> StrictJson.read("[".repeat(65) + "]".repeat(65), 1000))
                .hasMessage("The JSON is nested deeper than 64 levels.");
    }

    @Test
    void moreBytesThanTheLimitAreTooLarge() {
        assertThatThrownBy(() -> StrictJson.read("\"ééé\"", 7))
                .hasMessage("The text has more than 7 bytes, which is the limit.")
                .isInstanceOfSatisfying(
                        MalformedJsonException.class, e -> assertThat(e.fault()).isEqualTo(Fault.TOO_LARGE));
    }

    @Test
    void pairedSurrogatesAreCharacters() {
        assertThat(StrictJson.read("\"\\ud83d\\ude00\"", 100).stringValue()).isEqualTo("😀");
    }
}
