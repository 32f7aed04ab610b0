package dev.kvasir.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArithmeticTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 + 2 * 3|7",
                "(1 + 2) * 3|9",
                "0.1 + 0.2|0.3",
                "1/3 * 3|1",
                "1/8|0.125",
                "2/3|2/3 (about 0.6666666666666666666666666666666667)",
                "2^10|1024",
                "2**-2|0.25",
                "2^3^2|512",
                "-2^2|-4",
                "(-2)^2|4",
                "--3|3",
                "17 % 5|2",
                "-17 % 5|3",
                "1.5e3|1500",
                "12 × 3 ÷ 4 − 1|8",
                "sqrt(144)|12",
                "sqrt(9/4)|1.5",
                "sqrt(2)|about 1.414213562373095048801688724209698",
                "max(1, 2.5, 2)|2.5",
                "min(3, abs(-2))|2",
                "round(2.5)|3",
                "floor(-0.5)|-1",
                "ceil(1/3)|1",
                "123456789012345678901234567890 * 10|1234567890123456789012345678900"
            })
    void isExact(String expression, String value) {
        assertThat(new Arithmetic(expression).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 /0|Nothing can be divided by 0.",
                "1 +|The expression ends too early.",
                "(1|The expression ends too early.",
                "1 2|The expression cannot be read at character 3, '2'.",
                "2 & 3|The expression cannot be read at character 3, '&'.",
                "1.2.3|The expression cannot be read at character 1, '1'.",
                "system(1)|Function 'system' is unknown. Use abs, min, max, floor, ceil, round or sqrt.",
                "abs(1, 2)|Function 'abs' takes one number.",
                "2^0.5|The exponent of ^ must be a whole number; use sqrt for square roots.",
                "sqrt(-1)|A negative number has no square root here.",
                "9^9^9^9|A number on the way has more than 3000 digits. Calculate with smaller numbers.",
                "1e999999999|A number on the way has more than 3000 digits. Calculate with smaller numbers.",
                "2^99999999999999|A number on the way has more than 3000 digits. Calculate with smaller numbers."
            })
    void aFaultSaysWhatAndWhere(String expression, String message) {
        assertThatThrownBy(() -> new Arithmetic(expression).value())
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(message);
    }

    @Test
    void depthAndLengthAreBounded() {
        assertThatThrownBy(() -> new Arithmetic("(".repeat(500)).value())
                .hasMessage("The expression is nested deeper than 100 levels.");
        assertThatThrownBy(() -> new Arithmetic("2^".repeat(200) + "1").value())
                .hasMessage("The expression is nested deeper than 100 levels.");
        assertThatThrownBy(() -> new Arithmetic("1".repeat(1001)).value())
                .hasMessage("The expression is longer than 1000 characters.");
    }
}
