package dev.kvasir.graph;

import dev.kvasir.graph.Template.Filter;
import dev.kvasir.graph.Template.Part;
import dev.kvasir.graph.Template.Path;
import dev.kvasir.graph.TemplateException.Fault;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Writes a template's text within bounds: 1 MB, and 100 000 pieces. */
final class TemplateFiller {

    private static final int MAX_LENGTH = 1_000_000;
    private static final int MAX_PIECES = 100_000;

    private final JsonNode root;
    private final StringBuilder out = new StringBuilder();
    private int pieces;

    TemplateFiller(JsonNode root) {
        this.root = root;
    }

    String fill(Template template) {
        write(template.parts(), null);
        return out.toString();
    }

    private void write(List<Part> parts, @Nullable JsonNode element) {
        for (Part part : parts) {
            if (++pieces > MAX_PIECES) {
                throw new TemplateException(
                        Fault.TEMPLATE_LIMIT, "The template writes more than " + MAX_PIECES + " pieces.");
            }
            switch (part) {
                case Part.Literal(var text) -> append(text);
                case Part.Insert(var path, var filters) -> append(inserted(path, filters, element));
                case Part.Choice(var path, var then, var otherwise) ->
                    write(isThere(find(path, element)) ? then : otherwise, element);
                case Part.Each(var path, var body) -> {
                    for (JsonNode next : list(path, element)) {
                        write(body, next);
                    }
                }
            }
        }
    }

    private void append(String text) {
        if (out.length() + text.length() > MAX_LENGTH) {
            throw new TemplateException(
                    Fault.TEMPLATE_LIMIT, "The template writes more than " + MAX_LENGTH + " characters.");
        }
        out.append(text);
    }

    /** A value as it is, whatever its type. */
    JsonNode value(Path path) {
        JsonNode value = find(path, null);
        if (value == null) {
            throw missing(path);
        }
        return value;
    }

    private @Nullable JsonNode find(Path path, @Nullable JsonNode element) {
        return path.head().equals("this")
                ? find(element, path.names().subList(1, path.names().size()))
                : find(root, path.names());
    }

    /** Follows names, and numbers into lists; null where there is nothing, or {@code null}. */
    static @Nullable JsonNode find(@Nullable JsonNode from, List<String> names) {
        JsonNode value = from;
        for (String name : names) {
            if (value == null) {
                return null;
            }
            value = value.isArray() && name.matches("\\d{1,9}") ? value.get(Integer.parseInt(name)) : value.get(name);
        }
        return value == null || value.isNull() ? null : value;
    }

    private Iterable<JsonNode> list(Path path, @Nullable JsonNode element) {
        JsonNode list = find(path, element);
        if (list == null || !list.isArray()) {
            throw new TemplateException(Fault.TEMPLATE_VALUE_MISSING, "'" + path + "' is not a list in this run.");
        }
        return list;
    }

    private String inserted(Path path, List<Filter> filters, @Nullable JsonNode element) {
        JsonNode value = find(path, element);
        for (Filter filter : filters) {
            value = filtered(value, filter);
        }
        if (value == null) {
            throw missing(path);
        }
        return text(value);
    }

    private static TemplateException missing(Path path) {
        return new TemplateException(
                Fault.TEMPLATE_VALUE_MISSING,
                "'" + path + "' has no value in this run. Guard it with {{#if " + path + "}}, or give it a default.");
    }

    private static boolean isThere(@Nullable JsonNode value) {
        if (value == null) {
            return false;
        }
        return switch (value.getNodeType()) {
            case BOOLEAN -> value.booleanValue();
            case STRING -> !value.stringValue().isEmpty();
            case NUMBER -> value.doubleValue() != 0;
            case ARRAY, OBJECT -> !value.isEmpty();
            case NULL, MISSING, BINARY, POJO -> false;
        };
    }

    private static @Nullable JsonNode filtered(@Nullable JsonNode value, Filter filter) {
        String argument = filter.argument() == null ? "" : filter.argument();
        if (value == null) {
            return filter.name() == Filter.Name.DEFAULT ? string(argument) : null;
        }
        return switch (filter.name()) {
            case JSON -> string(value.toString());
            case TRIM -> string(text(value).strip());
            case LOWER -> string(text(value).toLowerCase(Locale.ROOT));
            case UPPER -> string(text(value).toUpperCase(Locale.ROOT));
            case TRUNCATE -> string(truncated(text(value), Integer.parseInt(argument)));
            case JOIN -> value.isArray() ? string(joined(value, argument)) : value;
            case DEFAULT -> value;
        };
    }

    private static String joined(JsonNode list, String separator) {
        return list.values().stream().map(TemplateFiller::text).collect(Collectors.joining(separator));
    }

    /** Cuts between characters, not within one. */
    private static String truncated(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end);
    }

    private static JsonNode string(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.stringValue() : value.toString();
    }
}
