package dev.kvasir.inquiry;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.decoder.Profile;
import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.fuser.Gates;
import dev.kvasir.wire.Recovery.Attack;
import dev.kvasir.wire.WirePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads an inquiry key by key, noting every fault before it gives up. */
final class InquiryReader {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int MOST_LAYERS = 1000;
    private static final int MOST_SHARES = 101;
    private static final int MOST_TOKENS = 100_000;
    private static final int MOST_POINTS = 2000;
    private static final int MOST_SHOTS = 100;
    private static final int MOST_CANDIDATES = 262_144;

    private final JsonNode node;
    private final String place;
    private final List<InquiryFault> faults;
    private final Set<String> known = new HashSet<>();

    private InquiryReader(JsonNode node, String place, List<InquiryFault> faults) {
        this.node = node;
        this.place = place;
        this.faults = faults;
    }

    /** What studies are called. */
    private enum Name {
        RANK,
        CURVE,
        GATES,
        MAP,
        ENRICH,
        INVERSION
    }

    static Inquiry read(String json) {
        List<InquiryFault> faults = new ArrayList<>();
        InquiryReader root = new InquiryReader(parsed(json), "/", faults);
        Name name = root.required("study", Name.class);
        if (name == null) {
            throw new InquiryRefusedException(faults);
        }
        Inquiry inquiry = new Inquiry(
                root.topic(name),
                root.subject(name),
                root.text("quiz"),
                root.limit(),
                root.whole("seed", 0, 0, Integer.MAX_VALUE),
                root.oneOf("profile", Profile.EXACT, Profile.class));
        root.refuseUnknown();
        if (!faults.isEmpty()) {
            throw new InquiryRefusedException(faults);
        }
        return inquiry;
    }

    private static JsonNode parsed(String json) {
        try {
            JsonNode root = JSON.readTree(json);
            if (!root.isObject()) {
                throw new InquiryRefusedException(List.of(new InquiryFault("", "it is not a JSON object")));
            }
            return root;
        } catch (JacksonException broken) {
            throw new InquiryRefusedException(
                    List.of(new InquiryFault("", "it is no JSON: " + broken.getOriginalMessage())));
        }
    }

    private Topic topic(Name name) {
        return switch (name) {
            case RANK -> new Topic.Ranks(whole("tokens", 2000, 1, MOST_TOKENS));
            case CURVE -> new Topic.Curve(shares());
            case GATES -> new Topic.GatesAndWeights(oneOf("gate", Gates.TRAINED, Gates.class));
            case MAP ->
                new Topic.Map(
                        whole("layer", 0, 0, MOST_LAYERS),
                        oneOf("part", Part.KEYS, Part.class),
                        whole("tokens", 200, 1, MOST_POINTS));
            case ENRICH -> new Topic.Enrichment(whole("shots", 4, 0, MOST_SHOTS), flag("layers"));
            case INVERSION ->
                new Topic.Inversion(
                        oneOf("attack", Attack.ALONE, Attack.class),
                        whole("candidates", 1024, 1, MOST_CANDIDATES),
                        policy());
        };
    }

    private Subject subject(Name name) {
        return switch (name) {
            case ENRICH -> new Subject.One(text("model"));
            case INVERSION -> node.has("receiver") || node.has("fuser") ? pair() : new Subject.One(text("sharer"));
            case RANK, CURVE, GATES, MAP -> pair();
        };
    }

    private Subject pair() {
        return new Subject.Pair(text("receiver"), text("sharer"), text("fuser"));
    }

    private List<Double> shares() {
        JsonNode found = value("shares");
        if (found.isMissingNode()) {
            return List.of(0.0, 0.25, 0.5, 0.75, 1.0);
        }
        List<Double> shares = new ArrayList<>();
        for (JsonNode share : found) {
            shares.add(share.isNumber() ? share.asDouble() : Double.NaN);
        }
        boolean inRange = shares.stream().allMatch(share -> share >= 0 && share <= 1);
        if (!found.isArray() || !inRange || shares.isEmpty() || shares.size() > MOST_SHARES) {
            fault("shares", "is a list of 1 to %d numbers from 0 to 1, not %s".formatted(MOST_SHARES, found));
            return List.of();
        }
        return shares;
    }

    private WirePolicy policy() {
        JsonNode found = value("wire");
        if (!found.isMissingNode() && !found.isObject()) {
            fault("wire", "is an object, not " + found);
        }
        InquiryReader wire =
                new InquiryReader(found.isObject() ? found : MissingNode.getInstance(), place + "wire/", faults);
        WirePolicy policy =
                new WirePolicy(wire.codec(), wire.layers(), wire.number("noise", 0, 0, WirePolicy.MOST_NOISE));
        wire.refuseUnknown();
        return policy;
    }

    private CacheCodec codec() {
        JsonNode found = value("codec");
        return switch (found.asString("")) {
            case "f32" -> CacheCodec.NONE;
            case "int8" -> CacheCodec.INT8;
            case "int4" -> CacheCodec.INT4;
            default -> {
                if (!found.isMissingNode()) {
                    fault("codec", "is one of [f32, int8, int4], not " + found);
                }
                yield CacheCodec.NONE;
            }
        };
    }

    private @Nullable List<Integer> layers() {
        JsonNode found = value("layers");
        if (found.isMissingNode() || found.asString("").equals("all")) {
            return null;
        }
        List<Integer> layers = new ArrayList<>();
        for (JsonNode layer : found) {
            layers.add(layer.isInt() ? layer.asInt() : -1);
        }
        if (!found.isArray() || layers.stream().anyMatch(layer -> layer < 0 || layer > MOST_LAYERS)) {
            fault("layers", "is 'all' or a list of layers, counted from 0, not " + found);
            return null;
        }
        return layers;
    }

    private @Nullable Integer limit() {
        return value("limit").isMissingNode() ? null : whole("limit", 1, 1, Integer.MAX_VALUE);
    }

    private boolean flag(String key) {
        JsonNode found = value(key);
        if (!found.isMissingNode() && !found.isBoolean()) {
            fault(key, "is true or false, not " + found);
        }
        return found.asBoolean(false);
    }

    private String text(String key) {
        JsonNode found = value(key);
        if (!found.isString() || found.asString().isBlank()) {
            fault(key, "is a text and must be given");
            return "";
        }
        return found.asString();
    }

    private double number(String key, double otherwise, double least, double most) {
        JsonNode found = value(key);
        if (found.isMissingNode()) {
            return otherwise;
        }
        if (!found.isNumber() || !(found.asDouble() >= least && found.asDouble() <= most)) {
            fault(key, "is a number from %s to %s, not %s".formatted(least, most, found));
            return otherwise;
        }
        return found.asDouble();
    }

    private int whole(String key, int otherwise, int least, int most) {
        JsonNode found = value(key);
        if (found.isMissingNode()) {
            return otherwise;
        }
        if (!found.isInt() || found.asInt() < least || found.asInt() > most) {
            fault(key, "is a whole number from %d to %d, not %s".formatted(least, most, found));
            return otherwise;
        }
        return found.asInt();
    }

    private <E extends Enum<E>> E oneOf(String key, E otherwise, Class<E> type) {
        E found = value(key).isMissingNode() ? otherwise : required(key, type);
        return found == null ? otherwise : found;
    }

    private <E extends Enum<E>> @Nullable E required(String key, Class<E> type) {
        JsonNode found = value(key);
        for (E value : type.getEnumConstants()) {
            if (found.isString() && word(value.name()).equals(found.asString())) {
                return value;
            }
        }
        String all = word(Arrays.toString(type.getEnumConstants()));
        fault(
                key,
                found.isMissingNode()
                        ? "is one of %s and must be given".formatted(all)
                        : "is one of %s, not %s".formatted(all, found));
        return null;
    }

    private static String word(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private JsonNode value(String key) {
        known.add(key);
        return node.path(key);
    }

    private void refuseUnknown() {
        node.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> fault(name, "is not known here"));
    }

    private void fault(String key, String rule) {
        String pointer = place + key;
        faults.add(new InquiryFault(
                pointer, "'%s' %s".formatted(pointer.substring(1).replace('/', '.'), rule)));
    }
}
