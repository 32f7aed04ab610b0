package dev.kvasir.grammar;

import dev.kvasir.grammar.Shape.Choice;
import dev.kvasir.grammar.Shape.Constants;
import dev.kvasir.grammar.Shape.Items;
import dev.kvasir.grammar.Shape.Members;
import dev.kvasir.grammar.Shape.Numeral;
import dev.kvasir.grammar.Shape.Patterned;
import dev.kvasir.grammar.Shape.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The JSON texts that a schema allows, as far as they are forced on a reply: members in the schema's order, none that it does not
 * speak of, little white space. Every text of it fits the schema; not every text that fits the schema is of it.
 *
 * <p>Immutable, and independent of any model.
 */
public final class JsonGrammar {

    private final ShapeTable shapes;
    private final int whole;
    private final List<SchemaFault> remarks;

    private JsonGrammar(ShapeTable shapes, int whole, List<SchemaFault> remarks) {
        this.shapes = shapes;
        this.whole = whole;
        this.remarks = List.copyOf(remarks);
    }

    /**
     * The grammar of a schema (JSON Schema 2020-12).
     *
     * @throws SchemaRefusedException if the schema asks what cannot be forced, or what no value has
     */
    public static JsonGrammar of(JsonNode schema) {
        return of(schema, new SchemaEffort());
    }

    /** The same for one of several schemas that may cost so much together. */
    public static JsonGrammar of(JsonNode schema, SchemaEffort effort) {
        SchemaCompiler compiler = new SchemaCompiler(schema, effort);
        int whole = compiler.compile();
        if (compiler.faults().isEmpty() && !compiler.table.fits(whole, 0)) {
            compiler.fault(
                    "",
                    "No value fits it within " + ShapeTable.DEEPEST
                            + " levels: what it requires can never be written, or has itself in it.");
        }
        if (!compiler.faults().isEmpty()) {
            throw new SchemaRefusedException(compiler.faults());
        }
        return new JsonGrammar(compiler.table, whole, compiler.remarks());
    }

    /** Any JSON object. */
    public static JsonGrammar anyObject() {
        ShapeTable shapes = new ShapeTable(new SchemaEffort());
        int whole = shapes.anyObject();
        shapes.flatten();
        return new JsonGrammar(shapes, whole, List.of());
    }

    /** What of the schema is taken otherwise than one might think. */
    public List<SchemaFault> remarks() {
        return remarks;
    }

    /**
     * Whether a value may have something at a path.
     *
     * @param path names of members, and places in lists from 0
     */
    public boolean mayHold(List<String> path) {
        return !at(path).isEmpty();
    }

    /** The members that a value names at a path, where it has one. */
    public List<String> names(List<String> path) {
        Set<String> names = new LinkedHashSet<>();
        for (int shape : at(path)) {
            if (shapes.get(shape) instanceof Members(List<Shape.Member> members, int others)) {
                members.forEach(member -> names.add(member.name()));
            }
        }
        return List.copyOf(names);
    }

    /** The shapes, none of them a choice, that a value may have at a path. */
    private Set<Integer> at(List<String> path) {
        Set<Integer> here = leaves(List.of(whole));
        for (String name : path) {
            List<Integer> next = new ArrayList<>();
            here.forEach(shape -> step(shapes.get(shape), name, next));
            here = leaves(next);
        }
        return here;
    }

    private Set<Integer> leaves(List<Integer> numbers) {
        Set<Integer> leaves = new LinkedHashSet<>();
        for (int number : numbers) {
            if (shapes.get(number) instanceof Choice(List<Integer> options)) {
                leaves.addAll(options);
            } else {
                leaves.add(number);
            }
        }
        return leaves;
    }

    private static void step(Shape shape, String name, List<Integer> next) {
        switch (shape) {
            case Members(List<Shape.Member> members, int others) -> {
                List<Integer> named = members.stream()
                        .filter(member -> member.name().equals(name))
                        .map(Shape.Member::shape)
                        .toList();
                next.addAll(named);
                if (named.isEmpty() && others != Shape.NONE) {
                    next.add(others);
                }
            }
            case Items items -> {
                int element = name.matches("\\d{1,9}") ? items.element(Integer.parseInt(name)) : Shape.NONE;
                if (element != Shape.NONE) {
                    next.add(element);
                }
            }
            case Constants constants -> {}
            case Text text -> {}
            case Patterned pattern -> {}
            case Numeral numeral -> {}
            case Choice choice -> throw new IllegalStateException("A choice was left among the shapes of a value");
        }
    }

    ShapeTable shapes() {
        return shapes;
    }

    /** Where reading begins. */
    Stack start() {
        return Stack.END.on(new Frame.Value(whole)).on(Frame.Blank.START);
    }

    /** Whether a value may have members that the schema does not name, so that one might be written twice. */
    boolean hasOtherNames() {
        for (int shape = 0; shape < shapes.size(); shape++) {
            if (shapes.get(shape) instanceof Members(List<Shape.Member> members, int others) && others != Shape.NONE) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses bytes by which texts of the schema cannot be written.
     *
     * @throws VocabularyIncompleteException naming the first byte that is missing
     */
    void requireWritable(BitSet writable) {
        for (int shape = 0; shape < shapes.size(); shape++) {
            switch (shapes.get(shape)) {
                case Constants(List<String> texts) -> texts.forEach(text -> requireWritable(text, writable));
                case Members(List<Shape.Member> members, int others) ->
                    members.forEach(member -> requireWritable(member.name(), writable));
                case Items items -> {}
                case Text text -> {}
                case Patterned pattern -> {}
                case Numeral numeral -> {}
                case Choice choice -> {}
            }
        }
    }

    private static void requireWritable(String text, BitSet writable) {
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            if (!writable.get(value & 0xFF)) {
                throw new VocabularyIncompleteException(value & 0xFF);
            }
        }
    }
}
