package dev.kvasir.model.gguf;

import dev.kvasir.model.ModelFile;
import dev.kvasir.model.ModelInvalidException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The key-value part of a GGUF file. Integers are Long, floats Double, arrays lists of these, strings or flags. */
final class GgufMetadata {

    private static final int MAX_KEYS = 10_000;
    private static final int MAX_KEY_BYTES = 65_535;
    private static final int MAX_STRING_BYTES = 4 << 20;
    private static final int MAX_TYPE = 12;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    /** All arrays of a file together: the largest vocabularies need some 800,000. */
    private static final long MAX_ITEMS = 1_500_000;

    private final ModelFile file;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private long items;

    private GgufMetadata(ModelFile file) {
        this.file = file;
    }

    static GgufMetadata read(ModelFile file, GgufReader reader, long count) {
        var metadata = new GgufMetadata(file);
        for (long i = 0; i < count; i++) {
            String key = reader.string("key " + i, MAX_KEY_BYTES);
            Object value = metadata.value(reader, key, reader.int32());
            if (metadata.values.put(key, value) != null) {
                throw file.invalid(key, "is given twice");
            }
        }
        return metadata;
    }

    static int maxKeys() {
        return MAX_KEYS;
    }

    private Object value(GgufReader reader, String key, int type) {
        return switch (type) {
            case 0 -> (long) (reader.int8() & 0xff);
            case 1 -> (long) reader.int8();
            case 2 -> (long) (reader.int16() & 0xffff);
            case 3 -> (long) reader.int16();
            case 4 -> Integer.toUnsignedLong(reader.int32());
            case 5 -> (long) reader.int32();
            case 6 -> (double) reader.float32();
            case 7 -> flag(reader, key);
            case STRING -> reader.string(key, MAX_STRING_BYTES);
            case ARRAY -> array(reader, key);
            case 10, 11 -> reader.int64();
            case MAX_TYPE -> reader.float64();
            default -> throw file.invalid(key, "has the unknown type " + Integer.toUnsignedString(type));
        };
    }

    private Boolean flag(GgufReader reader, String key) {
        byte value = reader.int8();
        if (value != 0 && value != 1) {
            throw file.invalid(key, "a flag is 0 or 1, not " + value);
        }
        return value == 1;
    }

    private List<Object> array(GgufReader reader, String key) {
        int type = reader.int32();
        if (type < 0 || type > MAX_TYPE || type == ARRAY) {
            throw file.invalid(key, type == ARRAY ? "arrays of arrays are not read" : "has an unknown item type");
        }
        long count = reader.count(key + ", array length", Math.min(MAX_ITEMS - items, reader.remaining() / size(type)));
        items += count;
        List<Object> array = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            array.add(value(reader, key, type));
        }
        return array;
    }

    /** The least bytes of an item. */
    private static int size(int type) {
        return switch (type) {
            case 0, 1, 7 -> 1;
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            default -> 8;
        };
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    Optional<String> text(String key) {
        return typed(key, String.class, "a string");
    }

    /** What is only shown and never computed with: empty if it is absent or no string. */
    String note(String key) {
        return values.get(key) instanceof String text ? text : "";
    }

    @Nullable
    Boolean flag(String key) {
        return typed(key, Boolean.class, "true or false").orElse(null);
    }

    int integer(String key, int min, int max) {
        return optionalInteger(key, min, max).orElseThrow(() -> file.invalid(key, "is missing"));
    }

    OptionalInt optionalInteger(String key, int min, int max) {
        Optional<Long> value = typed(key, Long.class, "a whole number");
        if (value.isPresent() && (value.get() < min || value.get() > max)) {
            throw file.invalid(key, "is %d; it must be %d to %d".formatted(value.get(), min, max));
        }
        return value.isPresent() ? OptionalInt.of(value.get().intValue()) : OptionalInt.empty();
    }

    /**
     * A finite number above zero. Floats of 32 bits are read as the shortest decimal that stands for them, so that
     * {@code 1e-6} is the double 1e-6, as in a {@code config.json}.
     */
    OptionalDouble optionalPositive(String key) {
        Optional<Double> value = typed(key, Double.class, "a number");
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (!(value.get() > 0) || value.get().isInfinite()) {
            throw file.invalid(key, "is %s; it must be above 0".formatted(value.get()));
        }
        float narrow = value.get().floatValue();
        return OptionalDouble.of(narrow == value.get() ? Double.parseDouble(Float.toString(narrow)) : value.get());
    }

    /** An array whose items are all of the type; empty if absent. */
    <T> List<T> list(String key, Class<T> itemType) {
        if (!has(key)) {
            return List.of();
        }
        if (!(values.get(key) instanceof List<?> items)) {
            throw file.invalid(key, "must be an array");
        }
        List<T> list = new ArrayList<>(items.size());
        for (Object item : items) {
            if (!itemType.isInstance(item)) {
                throw file.invalid(key, "must hold items of type " + itemType.getSimpleName());
            }
            list.add(itemType.cast(item));
        }
        return list;
    }

    private <T> Optional<T> typed(String key, Class<T> type, String description) {
        Object value = values.get(key);
        if (value != null && !type.isInstance(value)) {
            throw file.invalid(key, "must be " + description);
        }
        return Optional.ofNullable(value).map(type::cast);
    }

    ModelInvalidException invalid(String key, String rule) {
        return file.invalid(key, rule);
    }
}
