package dev.kvasir.grammar;

import static dev.kvasir.grammar.SchemaCompiler.child;

import dev.kvasir.grammar.NumberForms.Bound;
import dev.kvasir.grammar.Shape.Constants;
import dev.kvasir.grammar.Shape.Items;
import dev.kvasir.grammar.Shape.Member;
import dev.kvasir.grammar.Shape.Members;
import dev.kvasir.grammar.Shape.Numeral;
import dev.kvasir.grammar.Shape.Patterned;
import dev.kvasir.grammar.Shape.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns what a schema asks of one type into a shape. */
final class TypeCompiler {

    private static final BigDecimal FAR = BigDecimal.TEN.pow(30);

    private final SchemaCompiler compiler;

    TypeCompiler(SchemaCompiler compiler) {
        this.compiler = compiler;
    }

    /** @param type one that {@link SchemaKeywords} knows */
    Shape shape(String type, JsonNode schema, String pointer) {
        return switch (type) {
            case "object" -> members(schema, pointer);
            case "array" -> items(schema, pointer);
            case "string" -> text(schema, pointer);
            case "integer", "number" -> number(type, schema, pointer);
            case "boolean" -> new Constants(List.of("true", "false"));
            case "null" -> new Constants(List.of("null"));
            default -> throw new IllegalStateException("There is no type '" + type + "'");
        };
    }

    private Shape members(JsonNode schema, String pointer) {
        JsonNode properties = schema.path("properties");
        JsonNode rest = schema.path("additionalProperties");
        if (!properties.isMissingNode() && !properties.isObject()) {
            return compiler.refused(child(pointer, "properties"), "'properties' is an object of schemas.");
        }
        Set<String> required = required(schema, pointer);
        boolean isClosed = rest.isBoolean() && !rest.booleanValue();
        // what a schema does not speak of is left out, but where it speaks of no member at all
        boolean isOpen = rest.isMissingNode() ? properties.isEmpty() && required.isEmpty() : !isClosed;
        int others = Shape.NONE;
        if (isOpen) {
            others = rest.isMissingNode()
                    ? compiler.table.any()
                    : compiler.shape(rest, child(pointer, "additionalProperties"));
        }
        List<Member> members = new ArrayList<>();
        for (String name : properties.propertyNames()) {
            int shape = compiler.shape(properties.get(name), child(child(pointer, "properties"), name));
            members.add(new Member(name, shape, required.remove(name)));
        }
        for (String name : required) {
            if (isClosed) {
                compiler.fault(child(pointer, "required"), "'" + name + "' is required, but not among the properties.");
            }
            members.add(new Member(name, others == Shape.NONE ? compiler.table.any() : others, true));
        }
        return new Members(members, others);
    }

    private Set<String> required(JsonNode schema, String pointer) {
        JsonNode list = schema.path("required");
        Set<String> required = new LinkedHashSet<>();
        boolean areNames = list.isMissingNode()
                || (list.isArray() && list.values().stream().allMatch(JsonNode::isString));
        if (!areNames) {
            compiler.fault(child(pointer, "required"), "'required' is a list of names.");
            return required;
        }
        list.forEach(name -> required.add(name.stringValue()));
        return required;
    }

    private Shape items(JsonNode schema, String pointer) {
        int least = whole(schema, pointer, "minItems", 0);
        int most = whole(schema, pointer, "maxItems", Shape.UNLIMITED);
        JsonNode prefix = schema.path("prefixItems");
        JsonNode rest = schema.path("items");
        if (!prefix.isMissingNode() && (!prefix.isArray() || prefix.isEmpty())) {
            return compiler.refused(child(pointer, "prefixItems"), "'prefixItems' is a list of at least one schema.");
        }
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < prefix.size(); i++) {
            first.add(compiler.shape(prefix.get(i), child(pointer, "prefixItems") + "/" + i));
        }
        int others = Shape.NONE;
        if (!rest.isMissingNode()) {
            others = compiler.shape(rest, child(pointer, "items"));
        } else if (prefix.isMissingNode() || least > prefix.size()) {
            others = compiler.table.any();
        }
        if (least > most) {
            return compiler.refused(child(pointer, "maxItems"), "'maxItems' is less than 'minItems'.");
        }
        return new Items(first, others, least, most);
    }

    private Shape text(JsonNode schema, String pointer) {
        int least = whole(schema, pointer, "minLength", 0);
        int most = whole(schema, pointer, "maxLength", Shape.UNLIMITED);
        if (least > most) {
            return compiler.refused(child(pointer, "maxLength"), "'maxLength' is less than 'minLength'.");
        }
        JsonNode pattern = schema.path("pattern");
        if (pattern.isMissingNode()) {
            return new Text(least, most);
        }
        String place = child(pointer, "pattern");
        if (!pattern.isString()) {
            return compiler.refused(place, "'pattern' is a string.");
        }
        try {
            CharDfa automaton = compiler.table
                    .automaton(PatternParser.parse(pattern.stringValue()), TextFrames.SPELLED)
                    .ofLength(least, most);
            return automaton.isEmpty()
                    ? compiler.refused(place, "No string of the lengths allowed has pattern " + pattern + ".")
                    : new Patterned(automaton);
        } catch (PatternRefusedException refused) {
            return compiler.refused(
                    place, "Pattern " + pattern + " cannot be forced: it " + refused.getMessage() + ".");
        }
    }

    private int whole(JsonNode schema, String pointer, String keyword, int otherwise) {
        JsonNode value = schema.path(keyword);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber()
                || value.decimalValue().signum() < 0
                || value.decimalValue().stripTrailingZeros().scale() > 0) {
            compiler.fault(child(pointer, keyword), "'" + keyword + "' is a whole number, 0 or more.");
            return otherwise;
        }
        return value.decimalValue().min(BigDecimal.valueOf(Shape.UNLIMITED)).intValueExact();
    }

    private Shape number(String type, JsonNode schema, String pointer) {
        Bound least = higher(bound(schema, pointer, "minimum"), bound(schema, pointer, "exclusiveMinimum"));
        Bound most = lower(bound(schema, pointer, "maximum"), bound(schema, pointer, "exclusiveMaximum"));
        Regex form;
        if (type.equals("integer")) {
            form = NumberForms.integers(ceiling(least), floor(most));
        } else {
            form = least == null && most == null ? NumberForms.decimals() : NumberForms.decimals(least, most);
        }
        CharDfa automaton = compiler.table.automaton(form, CharSet.SCALARS);
        return automaton.isEmpty()
                ? compiler.refused(pointer, "No " + type + " lies within its bounds.")
                : new Numeral(automaton);
    }

    private @Nullable Bound bound(JsonNode schema, String pointer, String keyword) {
        JsonNode value = schema.path(keyword);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isNumber()
                || value.decimalValue().abs().compareTo(FAR) > 0
                || value.decimalValue().scale() > 30) {
            compiler.fault(child(pointer, keyword), "'" + keyword + "' is a number of at most 30 digits.");
            return null;
        }
        return new Bound(value.decimalValue(), keyword.startsWith("exclusive"));
    }

    private static @Nullable Bound higher(@Nullable Bound one, @Nullable Bound exclusive) {
        if (one == null || exclusive == null) {
            return one == null ? exclusive : one;
        }
        return one.value().compareTo(exclusive.value()) > 0 ? one : exclusive;
    }

    private static @Nullable Bound lower(@Nullable Bound one, @Nullable Bound exclusive) {
        if (one == null || exclusive == null) {
            return one == null ? exclusive : one;
        }
        return one.value().compareTo(exclusive.value()) < 0 ? one : exclusive;
    }

    private static @Nullable BigInteger ceiling(@Nullable Bound bound) {
        if (bound == null) {
            return null;
        }
        BigInteger value = bound.value().setScale(0, RoundingMode.CEILING).toBigInteger();
        boolean isBound = new BigDecimal(value).compareTo(bound.value()) == 0;
        return isBound && bound.isExclusive() ? value.add(BigInteger.ONE) : value;
    }

    private static @Nullable BigInteger floor(@Nullable Bound bound) {
        if (bound == null) {
            return null;
        }
        BigInteger value = bound.value().setScale(0, RoundingMode.FLOOR).toBigInteger();
        boolean isBound = new BigDecimal(value).compareTo(bound.value()) == 0;
        return isBound && bound.isExclusive() ? value.subtract(BigInteger.ONE) : value;
    }
}
