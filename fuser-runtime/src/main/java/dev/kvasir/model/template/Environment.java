package dev.kvasir.model.template;

import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ChatTemplateException.Kind;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template finds. */
final class Environment {

    private Environment() {}

    static void define(Scope scope, Clock clock) {
        scope.set("range", function(Environment::range));
        scope.set("dict", function((arguments, budget) -> new Value.Mapping(Filters.keywords(arguments))));
        scope.set("namespace", function(Environment::namespace));
        scope.set("raise_exception", function(Environment::raise));
        scope.set("strftime_now", function((arguments, budget) -> now(arguments, clock, budget)));
    }

    private static Value function(Value.Function function) {
        return function;
    }

    private static Value range(Arguments arguments, Budget budget) {
        int count = arguments.positional().size();
        long start = count > 1 ? whole(arguments.positional().get(0), budget) : 0;
        long stop = whole(arguments.get(count > 1 ? 1 : 0, "stop", budget), budget);
        long step = count > 2 ? whole(arguments.positional().get(2), budget) : 1;
        if (step == 0) {
            throw budget.failed("the step of a range must not be 0");
        }
        List<Value> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            budget.loopStep();
            numbers.add(Value.of(i));
        }
        return Value.Items.list(numbers);
    }

    private static long whole(Value value, Budget budget) {
        if (value instanceof Value.Whole(long number)) {
            return number;
        }
        throw budget.failed("a range needs integers, not %s".formatted(Operators.kind(value)));
    }

    private static Value namespace(Arguments arguments, Budget budget) {
        Map<String, Value> attributes = new HashMap<>();
        for (Value value : arguments.positional()) {
            if (!(value instanceof Value.Mapping(var entries))) {
                throw budget.failed("a namespace is made of names and values, not of " + Operators.kind(value));
            }
            entries.forEach((key, entry) -> attributes.put(key.toString(), entry));
        }
        attributes.putAll(arguments.named());
        return new Value.Namespace(attributes);
    }

    private static Value raise(Arguments arguments, Budget budget) {
        Text message = PythonText.of(arguments.get(0, "message", budget), budget);
        throw new ChatTemplateException(Kind.RAISED, message.string());
    }

    private static Value now(Arguments arguments, Clock clock, Budget budget) {
        String format = arguments.text(0, "format", budget).string();
        ZonedDateTime now = ZonedDateTime.now(clock);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c == '%' && i + 1 < format.length()) {
                boolean bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
                i += bare ? 2 : 1;
                String field = field(format.charAt(i), now, budget);
                text.append(bare && field.length() > 1 && field.startsWith("0") ? field.substring(1) : field);
            } else {
                text.append(c);
            }
        }
        return Text.own(text.toString());
    }

    private static String field(char directive, ZonedDateTime now, Budget budget) {
        String pattern = switch (directive) {
            case 'd' -> "dd";
            case 'm' -> "MM";
            case 'Y' -> "yyyy";
            case 'y' -> "yy";
            case 'b' -> "MMM";
            case 'B' -> "MMMM";
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'p' -> "a";
            case 'j' -> "DDD";
            case 'F' -> "yyyy-MM-dd";
            case 'T' -> "HH:mm:ss";
            case 'Z' -> "zzz";
            case 'z' -> "xx";
            case '%' -> "'%'";
            default -> throw budget.failed("strftime_now does not know '%%%s'".formatted(directive));
        };
        return DateTimeFormatter.ofPattern(pattern, Locale.US).format(now);
    }
}
