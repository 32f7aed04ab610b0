package dev.kvasir.cache;

import dev.kvasir.torch.ElementType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The metadata of a cache's file: every field, and nothing else. */
final class CacheMetadata {

    static final String FORMAT = "kvasir kv cache";
    static final String VERSION = "1";

    /** Beyond every model there is, and small enough that sizes made of them do not overflow. */
    private static final int MAX_EXTENT = 10_000_000;

    private static final Set<CacheField> HASHES =
            Set.of(CacheField.WEIGHTS, CacheField.TOKENIZER, CacheField.TENANT, CacheField.IDENTITY, CacheField.DATA);

    private final String file;
    private final Map<CacheField, String> values;

    private CacheMetadata(String file, Map<CacheField, String> values) {
        this.file = file;
        this.values = values;
    }

    /** What a cache's file says, but for the digest of its data. */
    static Map<String, String> of(CacheIdentity identity, CacheCodec codec) {
        Map<CacheField, String> values = new EnumMap<>(CacheField.class);
        values.put(CacheField.FORMAT, FORMAT);
        values.put(CacheField.FORMAT_VERSION, VERSION);
        values.putAll(identity.origin().facts());
        values.put(
                CacheField.FIRST_POSITION,
                String.valueOf(identity.tokens().positions().getFirst()));
        values.put(CacheField.TOKENS, String.valueOf(identity.tokens().size()));
        values.put(CacheField.TOKEN_CHAIN, String.join(",", identity.chain().links()));
        values.put(CacheField.LINEAGE, identity.lineage().text());
        values.put(CacheField.CODEC, codec.text());
        values.put(CacheField.IDENTITY, identity.digest());
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((field, value) -> texts.put(field.key(), value));
        return texts;
    }

    /**
     * Reads them.
     *
     * @throws CacheRefusedException if one is missing, unknown or not understood
     */
    static CacheMetadata read(String file, Map<String, String> texts) {
        Map<CacheField, String> values = new EnumMap<>(CacheField.class);
        // Format and version first: of another version, nothing else can be expected.
        for (CacheField field : CacheField.values()) {
            String value = texts.get(field.key());
            if (value == null) {
                throw CacheRefusedException.malformed(file, field.key(), "is missing");
            }
            values.put(field, value);
            switch (field) {
                case FORMAT -> require(file, field, value, FORMAT);
                case FORMAT_VERSION -> require(file, field, value, VERSION);
                default -> {
                    if (HASHES.contains(field) && !Sha256.isHash(value)) {
                        throw CacheRefusedException.malformed(file, field.key(), "is no SHA-256");
                    }
                }
            }
        }
        if (texts.size() > values.size()) {
            Set<String> known =
                    Arrays.stream(CacheField.values()).map(CacheField::key).collect(Collectors.toSet());
            String stranger = texts.keySet().stream()
                    .filter(key -> !known.contains(key))
                    .findFirst()
                    .orElseThrow();
            throw CacheRefusedException.malformed(file, "metadata", "has an unknown key '" + shown(stranger) + "'");
        }
        return new CacheMetadata(file, values);
    }

    private static void require(String file, CacheField field, String found, String expected) {
        if (!found.equals(expected)) {
            throw CacheRefusedException.mismatch(file, field, found, expected);
        }
    }

    String get(CacheField field) {
        return values.getOrDefault(field, "");
    }

    /** Refuses a field that is not as it must be. */
    void require(CacheField field, String expected) {
        require(file, field, get(field), expected);
    }

    CacheDescription description() {
        return new CacheDescription(
                get(CacheField.MODEL),
                get(CacheField.WEIGHTS),
                get(CacheField.TOKENIZER),
                get(CacheField.PROFILE),
                parsed(CacheField.DTYPE, CacheMetadata::type),
                number(CacheField.LAYERS, 1),
                number(CacheField.KV_HEADS, 1),
                number(CacheField.HEAD_DIM, 1),
                get(CacheField.ROPE),
                get(CacheField.SLIDING_ROPE),
                get(CacheField.WINDOWS),
                number(CacheField.FIRST_POSITION, 0),
                number(CacheField.TOKENS, 1),
                parsed(CacheField.CODEC, text -> CacheCodec.named(text).orElseThrow(IllegalArgumentException::new)),
                parsed(CacheField.LINEAGE, Lineage::parse),
                links().size(),
                get(CacheField.TENANT),
                get(CacheField.IDENTITY),
                get(CacheField.DATA));
    }

    List<String> links() {
        List<String> links = List.of(get(CacheField.TOKEN_CHAIN).split(",", -1));
        if (!links.stream().allMatch(Sha256::isHash)) {
            throw CacheRefusedException.malformed(file, CacheField.TOKEN_CHAIN.key(), "is no list of SHA-256");
        }
        return links;
    }

    private static ElementType type(String text) {
        ElementType type = ElementType.valueOf(text);
        if (type != ElementType.F64 && type != ElementType.F32 && type != ElementType.BF16) {
            throw new IllegalArgumentException(text);
        }
        return type;
    }

    private int number(CacheField field, int least) {
        String text = get(field);
        int number = text.matches("0|[1-9]\\d{0,8}") ? Integer.parseInt(text) : -1;
        if (number < least || number > MAX_EXTENT) {
            throw CacheRefusedException.malformed(
                    file, field.key(), "is '%s', no number from %d to %d".formatted(shown(text), least, MAX_EXTENT));
        }
        return number;
    }

    private <T> T parsed(CacheField field, Function<String, T> parser) {
        try {
            return parser.apply(get(field));
        } catch (IllegalArgumentException unknown) {
            throw CacheRefusedException.malformed(
                    file, field.key(), "is '%s', which is not known here".formatted(shown(get(field))));
        }
    }

    private static String shown(String text) {
        return CacheRefusedException.shown(text);
    }
}
