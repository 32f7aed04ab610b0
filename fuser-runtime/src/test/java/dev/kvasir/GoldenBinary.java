package dev.kvasir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** The numbers beside a golden JSON file; an entry {@code {dtype, shape, offset}} points into them. */
public final class GoldenBinary {
    private final ByteBuffer bytes;

    private GoldenBinary(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    public static GoldenBinary read(Path file) {
        try {
            return new GoldenBinary(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public double[] values(JsonNode entry) {
        int count = 1;
        for (JsonNode extent : entry.get("shape")) {
            count *= extent.asInt();
        }
        int offset = entry.get("offset").asInt();
        boolean wide = entry.get("dtype").asString().equals("f64");
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = wide ? bytes.getDouble(offset + i * 8) : bytes.getFloat(offset + i * 4);
        }
        return values;
    }
}
