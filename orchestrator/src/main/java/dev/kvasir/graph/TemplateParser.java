package dev.kvasir.graph;

import dev.kvasir.graph.Template.Filter;
import dev.kvasir.graph.Template.Part;
import dev.kvasir.graph.Template.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads <code>{{ path | filter:argument }}</code>, <code>{{#if}}</code> and <code>{{#each}}</code>. One pass, no recursion. */
final class TemplateParser {

    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_DEPTH = 16;
    private static final Pattern PATH = Pattern.compile("[A-Za-z_]\\w{0,127}(\\.\\w{1,128}){0,15}");
    private static final String NAMES = "json, trim, lower, upper, truncate, join, default";

    private final String source;
    private final Deque<Block> open = new ArrayDeque<>();
    private List<Part> current = new ArrayList<>();
    private int position;
    private int line = 1;

    /** An {@code #if} or {@code #each} that is not closed yet. */
    private static final class Block {
        private final String name;
        private final Path path;
        private final List<Part> outside;
        private @Nullable List<Part> then;

        Block(String name, Path path, List<Part> outside) {
            this.name = name;
            this.path = path;
            this.outside = outside;
        }
    }

    TemplateParser(String source) {
        this.source = source;
    }

    Template parse() {
        if (source.length() > MAX_BYTES) {
            throw new TemplateSyntaxException(1, "a template may have 256 KB.");
        }
        while (position < source.length()) {
            int start = source.indexOf("{{", position);
            literal(start < 0 ? source.length() : start);
            if (start >= 0) {
                tag();
            }
        }
        if (!open.isEmpty()) {
            Block block = open.element();
            throw new TemplateSyntaxException(block.path.line(), "'{{#" + block.name + "' is never closed.");
        }
        return new Template(current);
    }

    private void literal(int end) {
        if (end > position) {
            String text = source.substring(position, end);
            current.add(new Part.Literal(text));
            line += (int) text.chars().filter(c -> c == '\n').count();
            position = end;
        }
    }

    private void tag() {
        int end = closing(position + 2);
        String body = source.substring(position + 2, end);
        read(body.strip());
        line += (int) body.chars().filter(c -> c == '\n').count();
        position = end + 2;
    }

    /** Where the tag's braces close; those inside a quoted argument do not. */
    private int closing(int from) {
        boolean isQuoted = false;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == '\\' && isQuoted) {
                i++;
            } else if (c == '}' && !isQuoted && source.startsWith("}}", i)) {
                return i;
            }
        }
        String start = source.substring(position, Math.min(source.length(), position + 5));
        String shown = start.startsWith("{{#if") ? "{{#if" : "{{";
        throw new TemplateSyntaxException(line, "'" + shown + "' is never closed.");
    }

    private void read(String body) {
        if (body.startsWith("#")) {
            openBlock(body.substring(1));
        } else if (body.startsWith("/")) {
            closeBlock(body.substring(1).strip());
        } else if (body.equals("else")) {
            otherwise();
        } else {
            insert(body);
        }
    }

    private void openBlock(String body) {
        String[] words = body.strip().split("\\s+", 2);
        if (!words[0].equals("if") && !words[0].equals("each")) {
            throw new TemplateSyntaxException(line, "'{{#" + words[0] + "' is unknown. Use {{#if}} or {{#each}}.");
        }
        if (open.size() == MAX_DEPTH) {
            throw new TemplateSyntaxException(line, "blocks are nested deeper than " + MAX_DEPTH + ".");
        }
        open.push(new Block(words[0], path(words.length < 2 ? "" : words[1]), current));
        current = new ArrayList<>();
    }

    private void otherwise() {
        Block block = open.peek();
        if (block == null || !block.name.equals("if") || block.then != null) {
            throw new TemplateSyntaxException(line, "'{{else}}' belongs to no {{#if}}.");
        }
        block.then = current;
        current = new ArrayList<>();
    }

    private void closeBlock(String name) {
        Block block = open.peek();
        if (block == null || !block.name.equals(name)) {
            throw new TemplateSyntaxException(line, "'{{/" + name + "}}' closes nothing.");
        }
        open.pop();
        List<Part> inside = current;
        current = block.outside;
        if (name.equals("each")) {
            current.add(new Part.Each(block.path, List.copyOf(inside)));
            return;
        }
        List<Part> then = block.then == null ? inside : block.then;
        List<Part> otherwise = block.then == null ? List.of() : inside;
        current.add(new Part.Choice(block.path, List.copyOf(then), List.copyOf(otherwise)));
    }

    private void insert(String body) {
        List<String> pieces = pieces(body);
        List<Filter> filters =
                pieces.subList(1, pieces.size()).stream().map(this::filter).toList();
        current.add(new Part.Insert(path(pieces.getFirst()), filters));
    }

    /** Splits at bars that are not quoted. */
    private static List<String> pieces(String body) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '"' && (i == 0 || body.charAt(i - 1) != '\\')) {
                isQuoted = !isQuoted;
            }
            if (c == '|' && !isQuoted) {
                pieces.add(piece.toString());
                piece.setLength(0);
            } else {
                piece.append(c);
            }
        }
        pieces.add(piece.toString());
        return pieces;
    }

    private Path path(String text) {
        String path = text.strip();
        if (!PATH.matcher(path).matches()) {
            throw new TemplateSyntaxException(line, "'" + path + "' is not a name such as input.question.");
        }
        return new Path(List.of(path.split("\\.")), line);
    }

    private Filter filter(String text) {
        String[] parts = text.strip().split(":", 2);
        String name = parts[0].strip();
        Optional<Filter.Name> known = Arrays.stream(Filter.Name.values())
                .filter(filter -> filter.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
        if (known.isEmpty()) {
            throw new TemplateSyntaxException(line, "filter '" + name + "' is unknown. Known: " + NAMES + ".");
        }
        return new Filter(known.get(), argument(known.get(), parts.length < 2 ? null : parts[1].strip()));
    }

    private @Nullable String argument(Filter.Name filter, @Nullable String text) {
        return switch (filter) {
            case JSON, TRIM, LOWER, UPPER -> none(filter, text);
            case TRUNCATE -> length(text);
            case JOIN, DEFAULT -> quoted(filter, text);
        };
    }

    private @Nullable String none(Filter.Name filter, @Nullable String text) {
        if (text != null) {
            throw new TemplateSyntaxException(
                    line, "filter '" + filter.name().toLowerCase(Locale.ROOT) + "' takes no argument.");
        }
        return null;
    }

    private String length(@Nullable String text) {
        if (text == null || !text.matches("\\d{1,7}")) {
            throw new TemplateSyntaxException(line, "filter 'truncate' needs a number, as in truncate:100.");
        }
        return text;
    }

    private String quoted(Filter.Name filter, @Nullable String text) {
        if (text == null || text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            String name = filter.name().toLowerCase(Locale.ROOT);
            throw new TemplateSyntaxException(line, "filter '" + name + "' needs quotes, as in " + name + ":\", \".");
        }
        return text.substring(1, text.length() - 1)
                .replace("\\n", "\n")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
    }
}
