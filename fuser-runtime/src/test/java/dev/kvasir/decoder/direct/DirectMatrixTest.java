package dev.kvasir.decoder.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.CodeTarget;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DirectMatrixTest {
    private static final int ROWS = 7;
    private static final int COLUMNS = 96;
    private static final float BEFORE = 4711;

    @ParameterizedTest
    @EnumSource(CodeLayout.class)
    void anyNumberOfTokensTimesAnyRowsIsTheSumOfProducts(CodeLayout layout) {
        try (Arena arena = Arena.ofShared()) {
            DirectMatrix matrix = filled(layout, COLUMNS, arena);
            for (int tokens = 1; tokens <= 9; tokens++) {
                Operand operand = new Operand(9, COLUMNS);
                fill(operand.rows());
                operand.set(tokens);
                float[] y = new float[1 + tokens * (ROWS + 2)];
                Arrays.fill(y, BEFORE);

                matrix.multiply(operand, 2, ROWS, y, 1, ROWS + 2);

                for (int token = 0; token < tokens; token++) {
                    for (int row = 0; row < ROWS + 2 && 1 + token * (ROWS + 2) + row < y.length; row++) {
                        float own = y[1 + token * (ROWS + 2) + row];
                        if (row < 2 || row >= ROWS) {
                            assertThat(own).isEqualTo(BEFORE);
                        } else {
                            assertThat((double) own)
                                    .isCloseTo(sum(matrix, row, operand.rows(), token * COLUMNS), within(1e-2));
                        }
                    }
                }
            }
        }
    }

    @Test
    void rowsOfHalvesMayEndAnywhere() {
        try (Arena arena = Arena.ofShared()) {
            DirectMatrix matrix = filled(CodeLayout.HALVES, 37, arena);
            Operand operand = new Operand(1, 37);
            fill(operand.rows());
            operand.set(1);
            float[] y = new float[ROWS];

            matrix.multiply(operand, 0, ROWS, y, 0, ROWS);

            for (int row = 0; row < ROWS; row++) {
                assertThat((double) y[row]).isCloseTo(sum(matrix, row, operand.rows(), 0), within(1e-2));
            }
        }
    }

    @Test
    void itSaysWhatItTakes() {
        try (Arena arena = Arena.ofShared()) {
            DirectMatrix matrix = filled(CodeLayout.NIBBLES, COLUMNS, arena);

            assertThat(matrix.bytes()).isEqualTo(ROWS * COLUMNS / 2 + 2 * ROWS * COLUMNS / 32 * Float.BYTES);
            assertThat(matrix.bytes()).isEqualTo(CodeLayout.NIBBLES.bytes(ROWS * COLUMNS));
        }
    }

    @Test
    void rowsOfBrokenGroupsAreRefused() {
        try (Arena arena = Arena.ofShared()) {
            assertThatThrownBy(() -> new DirectMatrix(CodeLayout.BYTES, 1, 33, arena))
                    .hasMessage("Rows of 33 cannot be held in groups of 32.");
        }
    }

    private static DirectMatrix filled(CodeLayout layout, int columns, Arena arena) {
        DirectMatrix matrix = new DirectMatrix(layout, ROWS, columns, arena);
        Random random = new Random(3);
        CodeTarget target = matrix.target(0, ROWS);
        while (target.codes().hasRemaining()) {
            if (layout == CodeLayout.HALVES) {
                target.codes().putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
            } else {
                target.codes().put((byte) random.nextInt());
            }
        }
        while (target.scales().hasRemaining()) {
            target.scales().put(0.01f + 0.1f * random.nextFloat());
        }
        while (target.minimums().hasRemaining()) {
            target.minimums().put(random.nextFloat() - 0.5f);
        }
        return matrix;
    }

    private static void fill(float[] rows) {
        Random random = new Random(5);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
    }

    private static double sum(DirectMatrix matrix, int row, float[] x, int at) {
        float[] own = new float[matrix.columns()];
        matrix.row(row, own, 0);
        double sum = 0;
        for (int i = 0; i < own.length; i++) {
            sum += (double) own[i] * x[at + i];
        }
        return sum;
    }
}
