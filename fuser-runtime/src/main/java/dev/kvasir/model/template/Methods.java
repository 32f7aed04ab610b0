package dev.kvasir.model.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of strings, lists and dictionaries that change nothing. */
final class Methods {

    private interface Method<T> {
        Value call(T self, Arguments arguments, Budget budget);
    }

    private static final Map<String, Method<Text>> OF_TEXT = Map.ofEntries(
            text("strip", (s, a, b) -> Strings.strip(s, set(a, b), true, true)),
            text("lstrip", (s, a, b) -> Strings.strip(s, set(a, b), true, false)),
            text("rstrip", (s, a, b) -> Strings.strip(s, set(a, b), false, true)),
            text("split", Methods::split),
            text("rsplit", Methods::splitFromRight),
            text("splitlines", (s, a, b) -> Value.Items.list(Strings.lines(s, a.flag(0, "keepends"), b))),
            text("startswith", (s, a, b) -> Value.of(anyAffix(s, a, b, true))),
            text("endswith", (s, a, b) -> Value.of(anyAffix(s, a, b, false))),
            text(
                    "replace",
                    (s, a, b) -> Strings.replace(
                            s, a.text(0, "old", b), a.text(1, "new", b), a.integer(2, "count", -1, b), b)),
            text("upper", (s, a, b) -> s.computed(s.string().toUpperCase(Locale.ROOT))),
            text("lower", (s, a, b) -> s.computed(s.string().toLowerCase(Locale.ROOT))),
            text("title", (s, a, b) -> s.computed(Strings.title(s.string()))),
            text("capitalize", (s, a, b) -> capitalized(s)),
            text("join", (s, a, b) -> Strings.join(s, Sequences.of(a.get(0, "iterable", b), b), b)),
            text("find", (s, a, b) -> Value.of(find(s, a, b))),
            text(
                    "rfind",
                    (s, a, b) -> Value.of(
                            points(s, s.string().lastIndexOf(a.text(0, "sub", b).string())))),
            text("index", Methods::index),
            text("count", Methods::count),
            text("isdigit", (s, a, b) -> Value.of(all(s, Character::isDigit))),
            text("isnumeric", (s, a, b) -> Value.of(all(s, Character::isDigit))),
            text("isdecimal", (s, a, b) -> Value.of(all(s, Character::isDigit))),
            text("isalpha", (s, a, b) -> Value.of(all(s, Character::isLetter))),
            text("isalnum", (s, a, b) -> Value.of(all(s, Character::isLetterOrDigit))),
            text("isspace", (s, a, b) -> Value.of(all(s, Strings::isSpace))),
            text("isupper", (s, a, b) -> Value.of(cased(s, Character::isUpperCase, Character::isLowerCase))),
            text("islower", (s, a, b) -> Value.of(cased(s, Character::isLowerCase, Character::isUpperCase))),
            text("removeprefix", (s, a, b) -> {
                Text prefix = a.text(0, "prefix", b);
                return s.string().startsWith(prefix.string()) ? s.substring(prefix.length()) : s;
            }),
            text("removesuffix", (s, a, b) -> {
                Text suffix = a.text(0, "suffix", b);
                return s.string().endsWith(suffix.string()) ? s.substring(0, s.length() - suffix.length()) : s;
            }),
            text("partition", (s, a, b) -> partition(s, a.text(0, "sep", b), false)),
            text("rpartition", (s, a, b) -> partition(s, a.text(0, "sep", b), true)),
            text("ljust", (s, a, b) -> Strings.pad(s, a.integer(0, "width", b), fill(a, b), false, b)),
            text("rjust", (s, a, b) -> Strings.pad(s, a.integer(0, "width", b), fill(a, b), true, b)),
            text("zfill", (s, a, b) -> Strings.pad(s, a.integer(0, "width", b), Text.own("0"), true, b)));

    private static final Map<String, Method<Value.Mapping>> OF_MAPPING = Map.of(
            "items", (m, a, b) -> Sequences.entries(m),
            "keys", (m, a, b) -> Value.Items.list(List.copyOf(m.entries().keySet())),
            "values", (m, a, b) -> Value.Items.list(List.copyOf(m.entries().values())),
            "copy", (m, a, b) -> m,
            "get",
                    (m, a, b) -> Optional.ofNullable(m.entries().get(a.get(0, "key", b)))
                            .or(() -> a.find(1, "default"))
                            .orElse(Value.NONE));

    private static final Map<String, Method<Value.Items>> OF_ITEMS = Map.of(
            "copy", (l, a, b) -> l,
            "count",
                    (l, a, b) -> Value.of(l.items().stream()
                            .filter(item -> Operators.equal(item, a.get(0, "value", b), b))
                            .count()),
            "index",
                    (l, a, b) -> {
                        for (int i = 0; i < l.items().size(); i++) {
                            if (Operators.equal(l.items().get(i), a.get(0, "value", b), b)) {
                                return Value.of(i);
                            }
                        }
                        throw b.failed("the value is not in the list");
                    });

    private Methods() {}

    private static Map.Entry<String, Method<Text>> text(String name, Method<Text> method) {
        return Map.entry(name, method);
    }

    /** The method bound to its value, if the value has it. */
    static Optional<Value> find(Value value, String name) {
        return switch (value) {
            case Text text -> bound(OF_TEXT.get(name), text);
            case Value.Mapping mapping -> bound(OF_MAPPING.get(name), mapping);
            case Value.Items items -> bound(OF_ITEMS.get(name), items);
            default -> Optional.empty();
        };
    }

    private static <T> Optional<Value> bound(@Nullable Method<T> method, T self) {
        if (method == null) {
            return Optional.empty();
        }
        Value.Function function = (arguments, budget) -> method.call(self, arguments, budget);
        return Optional.of(function);
    }

    private static @Nullable Text set(Arguments arguments, Budget budget) {
        return arguments
                .given(0, "chars")
                .map(chars -> Operators.text(chars, "chars", budget))
                .orElse(null);
    }

    private static Text fill(Arguments arguments, Budget budget) {
        return arguments
                .given(1, "fillchar")
                .map(fill -> Operators.text(fill, "fillchar", budget))
                .orElse(Text.own(" "));
    }

    private static Value split(Text self, Arguments arguments, Budget budget) {
        int most = arguments.integer(1, "maxsplit", -1, budget);
        return Value.Items.list(arguments
                .given(0, "sep")
                .map(sep -> Strings.split(self, Operators.text(sep, "sep", budget), most, budget))
                .orElseGet(() -> Strings.words(self, most, budget)));
    }

    private static Value splitFromRight(Text self, Arguments arguments, Budget budget) {
        int most = arguments.integer(1, "maxsplit", -1, budget);
        return Value.Items.list(arguments
                .given(0, "sep")
                .map(sep -> Strings.splitFromRight(self, Operators.text(sep, "sep", budget), most, budget))
                .orElseGet(() -> Strings.words(self, -1, budget)));
    }

    private static boolean anyAffix(Text self, Arguments arguments, Budget budget, boolean prefix) {
        Value affix = arguments.get(0, "prefix", budget);
        List<Value> affixes = affix instanceof Value.Items(var items, boolean fixed) ? items : List.of(affix);
        for (Value one : affixes) {
            String string = Operators.text(one, "what a string starts or ends with", budget)
                    .string();
            if (prefix ? self.string().startsWith(string) : self.string().endsWith(string)) {
                return true;
            }
        }
        return false;
    }

    static Text capitalized(Text self) {
        if (self.isEmpty()) {
            return self;
        }
        int first = self.string().offsetByCodePoints(0, 1);
        return self.computed(self.string().substring(0, first).toUpperCase(Locale.ROOT)
                + self.string().substring(first).toLowerCase(Locale.ROOT));
    }

    private static int find(Text self, Arguments arguments, Budget budget) {
        budget.spend(self.length());
        int start = Math.clamp(arguments.integer(1, "start", 0, budget), 0, Strings.length(self));
        int from = self.string().offsetByCodePoints(0, start);
        return points(
                self, self.string().indexOf(arguments.text(0, "sub", budget).string(), from));
    }

    private static int points(Text self, int index) {
        return index < 0 ? -1 : self.string().codePointCount(0, index);
    }

    private static Value index(Text self, Arguments arguments, Budget budget) {
        int found = find(self, arguments, budget);
        if (found < 0) {
            throw budget.failed("the string does not hold what is sought");
        }
        return Value.of(found);
    }

    private static Value count(Text self, Arguments arguments, Budget budget) {
        Text part = arguments.text(0, "sub", budget);
        return Value.of(
                part.isEmpty()
                        ? Strings.length(self) + 1L
                        : Strings.split(self, part, -1, budget).size() - 1L);
    }

    private static boolean all(Text self, IntPredicate test) {
        return !self.isEmpty() && self.string().codePoints().allMatch(test);
    }

    private static boolean cased(Text self, IntPredicate wanted, IntPredicate unwanted) {
        return self.string().codePoints().anyMatch(wanted)
                && self.string().codePoints().noneMatch(unwanted);
    }

    private static Value partition(Text self, Text separator, boolean last) {
        int at = last
                ? self.string().lastIndexOf(separator.string())
                : self.string().indexOf(separator.string());
        if (at >= 0) {
            return Value.Items.tuple(
                    List.of(self.substring(0, at), separator, self.substring(at + separator.length())));
        }
        return last
                ? Value.Items.tuple(List.of(Value.EMPTY, Value.EMPTY, self))
                : Value.Items.tuple(List.of(self, Value.EMPTY, Value.EMPTY));
    }
}
