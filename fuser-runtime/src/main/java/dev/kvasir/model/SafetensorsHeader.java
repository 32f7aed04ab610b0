package dev.kvasir.model;

import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * The header of a safetensors file, read as a stream and checked: known types, extents that multiply to the byte range
 * without overflow, tensors that follow each other without overlap or hole up to the file's end.
 */
final class SafetensorsHeader {

    private static final long MAX_HEADER = 100_000_000;
    private static final int MAX_TENSORS = 100_000;
    private static final int MAX_RANK = 16;
    private static final int MAX_METADATA = 10_000;
    private static final int MAX_METADATA_CHARACTERS = 4_000_000;

    private final ModelFile file;
    private final Map<String, SafetensorsEntry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private long dataStart;
    private int metadataCharacters;

    private SafetensorsHeader(ModelFile file) {
        this.file = file;
    }

    static SafetensorsHeader read(ModelFile file) {
        var header = new SafetensorsHeader(file);
        header.parse(header.length());
        header.checkExtents();
        return header;
    }

    Map<String, SafetensorsEntry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    long dataStart() {
        return dataStart;
    }

    private long length() {
        if (file.size() < Long.BYTES) {
            throw invalid("the file has %d bytes, fewer than the 8 of the header's length".formatted(file.size()));
        }
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(bytes, 0);
        long length = bytes.getLong(0);
        if (length < 2 || length > MAX_HEADER) {
            throw invalid("the header's length is %s; it must be 2 to %d"
                    .formatted(Long.toUnsignedString(length), MAX_HEADER));
        }
        if (length > file.size() - Long.BYTES) {
            throw invalid(
                    "the header is %d bytes long, but only %d follow".formatted(length, file.size() - Long.BYTES));
        }
        dataStart = Long.BYTES + length;
        return length;
    }

    private void parse(long length) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var reader = new InputStreamReader(file.stream(Long.BYTES, length), decoder);
        try (JsonParser json = BoundedJson.FACTORY.createParser(ObjectReadContext.empty(), reader)) {
            expect(json.nextToken(), JsonToken.START_OBJECT, "header", "must be a JSON object");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("__metadata__")) {
                    readMetadata(json);
                } else {
                    readEntry(json, name);
                }
            }
            if (json.nextToken() != null) {
                throw invalid("something follows the JSON object; only spaces may");
            }
        } catch (JacksonException e) {
            throw new ModelInvalidException(file.name(), "header", "is not valid JSON: " + BoundedJson.reason(e), e);
        }
    }

    private void readMetadata(JsonParser json) {
        expect(json.currentToken(), JsonToken.START_OBJECT, "__metadata__", "must be an object of strings");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_STRING, "__metadata__", "must be an object of strings");
            metadata.put(key, json.getString());
            metadataCharacters += key.length() + json.getString().length();
            if (metadata.size() > MAX_METADATA || metadataCharacters > MAX_METADATA_CHARACTERS) {
                throw file.invalid(
                        "__metadata__",
                        "has more than %d entries or %d characters".formatted(MAX_METADATA, MAX_METADATA_CHARACTERS));
            }
        }
    }

    private void readEntry(JsonParser json, String name) {
        if (entries.size() >= MAX_TENSORS) {
            throw invalid("names more than %d tensors".formatted(MAX_TENSORS));
        }
        expect(json.currentToken(), JsonToken.START_OBJECT, name, "must be an object");
        StoredType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "dtype" -> type = type(json, name);
                case "shape" -> shape = numbers(json, name, MAX_RANK);
                case "data_offsets" -> offsets = numbers(json, name, 2);
                default -> throw file.invalid(name, "has an unknown key " + key);
            }
        }
        entries.put(name, entry(name, type, shape, offsets));
    }

    private SafetensorsEntry entry(
            String name, @Nullable StoredType type, @Nullable List<Long> shape, @Nullable List<Long> offsets) {
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw file.invalid(name, "needs dtype, shape and two data_offsets");
        }
        long begin = offsets.getFirst();
        long end = offsets.getLast();
        long data = file.size() - dataStart;
        if (begin > end || end > data) {
            throw file.invalid(
                    name, "data_offsets [%d, %d) are not inside the %d bytes of data".formatted(begin, end, data));
        }
        var extents = new TensorShape(shape);
        if (sizeInBytes(name, extents, type) != end - begin) {
            throw file.invalid(
                    name,
                    "shape %s of %s is %d bytes, its data_offsets span %d"
                            .formatted(extents, type, sizeInBytes(name, extents, type), end - begin));
        }
        return new SafetensorsEntry(name, type, extents, begin, end);
    }

    private long sizeInBytes(String name, TensorShape shape, StoredType type) {
        try {
            return Math.multiplyExact(shape.elements(), type.bytes());
        } catch (ArithmeticException e) {
            throw new ModelInvalidException(file.name(), name, "the product of shape %s overflows".formatted(shape), e);
        }
    }

    private StoredType type(JsonParser json, String name) {
        expect(json.currentToken(), JsonToken.VALUE_STRING, name, "dtype must be a string");
        String dtype = json.getString();
        return StoredType.named(dtype)
                .orElseThrow(() -> file.invalid(name, "dtype %s is unknown".formatted(BoundedJson.shortened(dtype))));
    }

    private List<Long> numbers(JsonParser json, String name, int max) {
        expect(json.currentToken(), JsonToken.START_ARRAY, name, "shape and data_offsets must be arrays");
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, name, "shape and data_offsets hold whole numbers");
            if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
                throw file.invalid(
                        name, "%s is negative or too large".formatted(BoundedJson.shortened(json.getString())));
            }
            numbers.add(json.getLongValue());
            if (numbers.size() > max) {
                throw file.invalid(name, "has more than %d extents or offsets".formatted(max));
            }
        }
        return numbers;
    }

    private void checkExtents() {
        long expected = 0;
        List<SafetensorsEntry> inOrder = new ArrayList<>(entries.values());
        inOrder.sort(Comparator.comparingLong(SafetensorsEntry::begin).thenComparingLong(SafetensorsEntry::end));
        for (SafetensorsEntry entry : inOrder) {
            if (entry.begin() != expected) {
                throw file.invalid(
                        entry.name(),
                        "begins at %d, but the tensor before it ends at %d: %s"
                                .formatted(
                                        entry.begin(), expected, entry.begin() < expected ? "an overlap" : "a hole"));
            }
            expected = entry.end();
        }
        if (dataStart + expected != file.size()) {
            throw file.invalid(
                    "data", "the tensors end at byte %d, the file at %d".formatted(dataStart + expected, file.size()));
        }
    }

    private void expect(@Nullable JsonToken found, JsonToken wanted, String place, String rule) {
        if (found != wanted) {
            throw file.invalid(BoundedJson.shortened(place), rule);
        }
    }

    private ModelInvalidException invalid(String rule) {
        return file.invalid("header", rule);
    }
}
