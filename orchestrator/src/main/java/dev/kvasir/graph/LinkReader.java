package dev.kvasir.graph;

import dev.kvasir.graph.Problem.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what crosses an edge. */
final class LinkReader {

    /** Beyond every model; what a model has is held against it by the rules. */
    private static final int MAX_LAYER = 999;

    Link read(Fields edge) {
        Fields fields = edge.within("link", "a link").orElse(null);
        if (fields == null) {
            return new Link.Text(null);
        }
        if (!fields.has("mode")) {
            fields.report(Rule.G16, "mode", "Field 'mode' is missing for a link.");
        }
        Link.Mode mode = fields.choice("mode", Link.Mode.class, Link.Mode.TEXT);
        Fields named =
                new Fields(fields.object(), fields.pointer(), "a " + mode + " link", fields.owner(), fields.problems());
        named.take("mode");
        Link link = link(named, mode);
        named.refuseOthers();
        return link;
    }

    private static Link link(Fields fields, Link.Mode mode) {
        return switch (mode) {
            case TEXT -> new Link.Text(template(fields));
            case C2C -> new Link.Fused(fusion(fields), wire(fields), fallback(fields));
            case TEXT_C2C -> new Link.TextAndFused(template(fields), fusion(fields), wire(fields), fallback(fields));
            case HANDOVER -> new Link.Handover(fallback(fields));
            case CACHE_PREFIX -> prefix(fields);
            case AUTO -> new Link.Auto(fields.choice("prefer", Link.Preference.class, Link.Preference.QUALITY));
        };
    }

    private static @Nullable String template(Fields fields) {
        fields.notYet("maxTokens");
        return fields.text("template");
    }

    private static Link prefix(Fields fields) {
        List<Integer> layers = layers(fields, "a list of layers");
        if (layers != null && fields.has("layerShare")) {
            bothLayers(fields);
        }
        return new Link.CachePrefix(
                layers, fields.number("layerShare", Range.PART, 0.5), wire(fields), fallback(fields));
    }

    private static void bothLayers(Fields fields) {
        fields.report(Rule.G22, "layerShare", "Give layers or layerShare of " + fields.owner() + ", not both of them.");
    }

    private static Link.Fusion fusion(Fields fields) {
        boolean isListed = fields.object().path("layers").isArray();
        if (isListed && fields.has("layerShare")) {
            bothLayers(fields);
        }
        return new Link.Fusion(
                fields.has("fuser") ? fields.required("fuser") : Link.Fusion.AUTO,
                allOrLayers(fields),
                fields.number("layerShare", Range.SHARE, 1.0),
                fields.number("share", Range.SHARE, 1.0),
                fields.choice("order", Link.Order.class, Link.Order.BACK),
                fields.choice("gate", Link.Gate.class, Link.Gate.TRAINED),
                fields.number("weightScale", Range.SCALE, 1.0),
                (int) fields.whole("rank", 0, 1000, 0));
    }

    private static Link.Wire wire(Fields link) {
        Fields fields = link.within("wire", "a wire policy").orElse(null);
        if (fields == null) {
            return Link.Wire.OPEN;
        }
        Link.Wire wire = new Link.Wire(
                fields.choice("codec", Link.Codec.class, Link.Codec.F32),
                allOrLayers(fields),
                fields.number("noise", Range.SCALE, 0),
                fields.flag("inversionRisk"));
        fields.refuseOthers();
        return wire;
    }

    private static @Nullable List<Integer> allOrLayers(Fields fields) {
        JsonNode layers = fields.take("layers");
        boolean all = layers == null || layers.toString().equals("\"all\"");
        return all ? null : layers(fields, "\"all\" or a list of layers");
    }

    /** Numbers of layers, ascending; null if there are none, or they are refused. */
    private static @Nullable List<Integer> layers(Fields fields, String what) {
        JsonNode value = fields.take("layers");
        if (value == null) {
            return null;
        }
        SortedSet<Integer> layers = new TreeSet<>();
        for (JsonNode layer : value) {
            if (layer.isIntegralNumber() && layer.longValue() >= 0 && layer.longValue() <= MAX_LAYER) {
                layers.add(layer.intValue());
            }
        }
        if (!value.isArray() || layers.size() < value.size()) {
            fields.mustBe("layers", what + ", from 0 to " + MAX_LAYER + ", each once", value);
            return null;
        }
        return List.copyOf(layers);
    }

    private static Fallback fallback(Fields link) {
        Fields fields = link.within("fallback", "a fallback").orElse(null);
        if (fields == null) {
            return Fallback.NONE;
        }
        Fallback fallback =
                new Fallback(causes(fields), fields.choice("to", Fallback.Target.class, Fallback.Target.FAIL));
        fields.refuseOthers();
        return fallback;
    }

    private static Set<Fallback.Cause> causes(Fields fields) {
        if (!fields.has("on")) {
            return EnumSet.allOf(Fallback.Cause.class);
        }
        List<String> names = fields.texts("on", Fallback.Cause.values().length);
        Set<Fallback.Cause> causes = EnumSet.noneOf(Fallback.Cause.class);
        for (Fallback.Cause cause : Fallback.Cause.values()) {
            if (names.contains(cause.name())) {
                causes.add(cause);
            }
        }
        JsonNode on = fields.object().path("on");
        if (on.isArray() && causes.size() < names.size()) {
            fields.mustBe("on", "a list of causes such as NO_FUSER, each once", on);
        }
        return causes;
    }
}
