package dev.kvasir.graph;

import dev.kvasir.graph.Problem.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what crosses an edge. */
final class LinkReader {

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
            case C2C -> new Link.Fused(fusion(fields), fallback(fields));
            case TEXT_C2C -> new Link.TextAndFused(template(fields), fusion(fields), fallback(fields));
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
        fields.report(
                Rule.G16, "mode", "Mode CACHE_PREFIX of " + fields.owner() + " is not available yet in this version.");
        fields.take("layers");
        return new Link.CachePrefix(fields.number("layerShare", Range.PART, 0.5), fallback(fields));
    }

    private static Link.Fusion fusion(Fields fields) {
        fields.notYet("layers", "\"all\"");
        return new Link.Fusion(
                fields.has("fuser") ? fields.required("fuser") : Link.Fusion.AUTO,
                fields.number("share", Range.SHARE, 1.0),
                fields.choice("order", Link.Order.class, Link.Order.BACK),
                fields.choice("gate", Link.Gate.class, Link.Gate.TRAINED),
                (int) fields.whole("rank", 0, 1000, 0));
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
