package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.StoredType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

/** The tensors beside a golden case. */
public final class GoldenTensors implements AutoCloseable {

    private final SafetensorsFile file;

    GoldenTensors(Path path) {
        file = SafetensorsFile.open(path);
    }

    boolean has(String name) {
        return file.names().contains(name);
    }

    List<String> under(String prefix) {
        return file.names().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    double[] doubles(String name) {
        int size = Math.toIntExact(file.entry(name).shape().elements());
        double[] values = new double[size];
        if (file.entry(name).type() == StoredType.F64) {
            ByteBuffer bytes = file.readBytes(name);
            bytes.asDoubleBuffer().get(values);
            return values;
        }
        FloatBuffer floats = FloatBuffer.allocate(size);
        file.readFloats(name, floats);
        for (int i = 0; i < size; i++) {
            values[i] = floats.get(i);
        }
        return values;
    }

    long[] shape(String name) {
        return file.entry(name).shape().toArray();
    }

    void compare(String name, double[] actual, double tolerance) {
        double[] expected = doubles(name);
        assertThat(actual).as(name).hasSameSizeAs(expected);
        assertThat(largestDifference(expected, actual)).as(name).isLessThanOrEqualTo(tolerance);
    }

    static double largestDifference(double[] expected, double[] actual) {
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - actual[i]);
            largest = difference <= largest ? largest : difference; // keeps a NaN
        }
        return largest;
    }

    /** Root of the squared differences over the root of the squares. */
    static double relativeRms(double[] expected, double[] actual) {
        double difference = 0;
        double square = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            square += expected[i] * expected[i];
        }
        return Math.sqrt(difference / square);
    }

    public static double cosine(double[] expected, double[] actual) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < expected.length; i++) {
            product += expected[i] * actual[i];
            first += expected[i] * expected[i];
            second += actual[i] * actual[i];
        }
        return product / Math.sqrt(first * second);
    }

    @Override
    public void close() {
        file.close();
    }
}
