package dev.kvasir.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8DecoderTest {

    @ParameterizedTest
    @CsvSource({
        "41E2, A\uFFFD",
        "E28241, \uFFFDA",
        "EDA080, \uFFFD\uFFFD\uFFFD",
        "F0908041, \uFFFDA",
        "C0AF, \uFFFD\uFFFD",
        "F5, \uFFFD",
        "80C3A9, \uFFFDé"
    })
    void eachLongestBrokenPartBecomesOneMark(String hex, String expected) {
        Utf8Decoder decoder = new Utf8Decoder();
        for (byte b : HexFormat.of().parseHex(hex)) {
            decoder.add(b);
        }
        assertThat(decoder.end()).isEqualTo(expected);
    }

    @Test
    void aCharacterIsGivenWhenItIsWhole() {
        Utf8Decoder decoder = new Utf8Decoder();
        StringBuilder shown = new StringBuilder();
        for (byte b : "a🙂é漢".getBytes(StandardCharsets.UTF_8)) {
            decoder.add(b);
            String part = decoder.take();
            assertThat(part).doesNotContain("\uFFFD");
            shown.append(part);
        }
        assertThat(shown.append(decoder.end()).toString()).isEqualTo("a🙂é漢");
    }
}
