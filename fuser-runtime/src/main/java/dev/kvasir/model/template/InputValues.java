package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What a conversation brings in, as values whose every character is foreign. */
final class InputValues {

    private final Budget budget;

    InputValues(Budget budget) {
        this.budget = budget;
    }

    Value of(@Nullable Object object) {
        return of(object, 0);
    }

    private Value of(@Nullable Object object, int depth) {
        budget.depth(depth);
        return switch (object) {
            case null -> Value.NONE;
            case CharSequence text -> Text.foreign(text.toString());
            case Boolean flag -> Value.of(flag.booleanValue());
            case Integer number -> Value.of(number.longValue());
            case Long number -> Value.of(number.longValue());
            case Short number -> Value.of(number.longValue());
            case Byte number -> Value.of(number.longValue());
            case Number number -> new Value.Real(number.doubleValue());
            case List<?> list -> list(list, depth);
            case Map<?, ?> map -> map(map, depth);
            default ->
                throw new IllegalArgumentException(
                        "A chat template takes strings, numbers, booleans, null, lists and maps, not "
                                + object.getClass().getName());
        };
    }

    private Value list(List<?> list, int depth) {
        budget.items(list.size());
        List<Value> items = new ArrayList<>(list.size());
        for (Object item : list) {
            items.add(of(item, depth + 1));
        }
        return Value.Items.list(items);
    }

    private Value map(Map<?, ?> map, int depth) {
        budget.items(map.size());
        SequencedMap<Value, Value> entries = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof CharSequence key)) {
                throw new IllegalArgumentException("A chat template takes maps with string keys only");
            }
            entries.put(Text.foreign(key.toString()), of(entry.getValue(), depth + 1));
        }
        return new Value.Mapping(entries);
    }
}
