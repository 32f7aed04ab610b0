package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed prompt template. Values that it inserts are text: they are never read as a template again. */
record Template(List<Part> parts) {

    Template {
        parts = List.copyOf(parts);
    }

    /**
     * Parses a template.
     *
     * @throws TemplateSyntaxException naming the line
     */
    static Template parse(String source) {
        return new TemplateParser(source).parse();
    }

    /** A piece of a template. */
    sealed interface Part {

        /** Text as it stands. */
        record Literal(String text) implements Part {}

        /** A value, through its filters in their order. */
        record Insert(Path path, List<Filter> filters) implements Part {}

        /** One of two, by whether a value is there and not empty. */
        record Choice(Path path, List<Part> then, List<Part> otherwise) implements Part {}

        /** Once for each element of a list. */
        record Each(Path path, List<Part> body) implements Part {}
    }

    /**
     * Names a value.
     *
     * @param line from 1, where the template names it
     */
    record Path(List<String> names, int line) {

        Path {
            names = List.copyOf(names);
        }

        String head() {
            return names.getFirst();
        }

        @Override
        public String toString() {
            return String.join(".", names);
        }
    }

    /**
     * Changes a value.
     *
     * @param argument null for filters without one
     */
    record Filter(Name name, @Nullable String argument) {

        /** The filters there are. */
        enum Name {
            JSON,
            TRIM,
            LOWER,
            UPPER,
            TRUNCATE,
            JOIN,
            DEFAULT
        }
    }

    /**
     * A place where the template needs a value.
     *
     * @param isGuarded whether the template goes on without it: by {@code #if} or {@code default}
     */
    record Mention(Path path, boolean isGuarded) {}

    /** Every value that the template names, but for those of an {@code #each}'s own element. */
    List<Mention> mentions() {
        List<Mention> mentions = new ArrayList<>();
        collect(parts, List.of(), mentions);
        return mentions;
    }

    private static void collect(List<Part> parts, List<String> guards, List<Mention> mentions) {
        for (Part part : parts) {
            switch (part) {
                case Part.Literal literal -> {}
                case Part.Insert(var path, var filters) -> {
                    boolean fallsBack = filters.stream().anyMatch(filter -> filter.name() == Filter.Name.DEFAULT);
                    mention(path, fallsBack || guards.contains(path.toString()), mentions);
                }
                case Part.Choice(var path, var then, var otherwise) -> {
                    mention(path, true, mentions);
                    List<String> inside = new ArrayList<>(guards);
                    inside.add(path.toString());
                    collect(then, inside, mentions);
                    collect(otherwise, guards, mentions);
                }
                case Part.Each(var path, var body) -> {
                    mention(path, guards.contains(path.toString()), mentions);
                    collect(body, guards, mentions);
                }
            }
        }
    }

    private static void mention(Path path, boolean isGuarded, List<Mention> mentions) {
        if (!path.head().equals("this")) {
            mentions.add(new Mention(path, isGuarded));
        }
    }
}
