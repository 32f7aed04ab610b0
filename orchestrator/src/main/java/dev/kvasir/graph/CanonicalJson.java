package dev.kvasir.graph;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * JSON in its one canonical form (RFC 8785): keys sorted by UTF-16 units, numbers as ECMAScript writes them, no white
 * space.
 */
public final class CanonicalJson {

    private final StringBuilder out = new StringBuilder();

    private CanonicalJson() {}

    /**
     * Writes a value canonically.
     *
     * @throws ArithmeticException if a number is too large for a 64-bit float
     */
    public static String write(JsonNode value) {
        CanonicalJson writer = new CanonicalJson();
        writer.value(value);
        return writer.out.toString();
    }

    /** SHA-256 of the canonical form in UTF-8, as lower-case hex. */
    public static String sha256(JsonNode value) {
        return sha256(write(value));
    }

    static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private void value(JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT -> object(value);
            case ARRAY -> array(value);
            case STRING -> string(value.stringValue());
            case NUMBER -> out.append(number(value.doubleValue()));
            case BOOLEAN -> out.append(value.booleanValue());
            case NULL -> out.append("null");
            case BINARY, MISSING, POJO ->
                throw new IllegalArgumentException("Not a JSON value: " + value.getNodeType());
        }
    }

    private void object(JsonNode object) {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(property -> sorted.put(property.getKey(), property.getValue()));
        String separator = "{";
        for (var property : sorted.entrySet()) {
            out.append(separator);
            string(property.getKey());
            out.append(':');
            value(property.getValue());
            separator = ",";
        }
        out.append(sorted.isEmpty() ? "{}" : "}");
    }

    private void array(JsonNode array) {
        String separator = "[";
        for (JsonNode element : array) {
            out.append(separator);
            value(element);
            separator = ",";
        }
        out.append(array.isEmpty() ? "[]" : "]");
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            character(text.charAt(i));
        }
        out.append('"');
    }

    private void character(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < 0x20) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }

    /** The number as ECMAScript's {@code Number::toString} writes it: the shortest digits that read back the same. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            throw new ArithmeticException("A number is too large for JSON's canonical form");
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        BigInteger unscaled = shortest.unscaledValue();
        String digits = unscaled.toString();
        int point = digits.length() - shortest.scale();
        return (value < 0 ? "-" : "") + placed(digits, point);
    }

    /** Places the decimal point after {@code point} digits, or an exponent where ECMAScript has one. */
    private static String placed(String digits, int point) {
        int length = digits.length();
        if (point > 21 || point <= -6) {
            String fraction = length == 1 ? "" : "." + digits.substring(1);
            return digits.charAt(0) + fraction + "e" + (point > 0 ? "+" : "-") + Math.abs(point - 1);
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        return length <= point
                ? digits + "0".repeat(point - length)
                : digits.substring(0, point) + "." + digits.substring(point);
    }
}
