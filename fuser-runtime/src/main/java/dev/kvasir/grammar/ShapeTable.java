package dev.kvasir.grammar;

import dev.kvasir.grammar.Shape.Choice;
import dev.kvasir.grammar.Shape.Constants;
import dev.kvasir.grammar.Shape.Items;
import dev.kvasir.grammar.Shape.Members;
import dev.kvasir.grammar.Shape.Numeral;
import dev.kvasir.grammar.Shape.Patterned;
import dev.kvasir.grammar.Shape.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The shapes of a schema by number, while it is compiled and after. */
final class ShapeTable {

    /** How deep objects and lists may lie in each other. */
    static final int DEEPEST = 32;

    private static final int MOST_STATES = 50_000;
    private static final int NEVER = Integer.MAX_VALUE / 2;

    private final SchemaEffort effort;
    private final List<Shape> shapes = new ArrayList<>();
    private int any = Shape.NONE;
    private int states;
    private int[] nesting = new int[0];

    ShapeTable(SchemaEffort effort) {
        this.effort = effort;
    }

    int size() {
        return shapes.size();
    }

    Shape get(int number) {
        return shapes.get(number);
    }

    /** A number for a shape that is to come. */
    int reserve() {
        return add(new Choice(List.of()));
    }

    int add(Shape shape) {
        shapes.add(shape);
        return shapes.size() - 1;
    }

    void set(int number, Shape shape) {
        shapes.set(number, shape);
    }

    /** Any JSON value. */
    int any() {
        if (any == Shape.NONE) {
            any = reserve();
            set(
                    any,
                    new Choice(List.of(
                            add(new Members(List.of(), any)),
                            add(new Items(List.of(), any, 0, Shape.UNLIMITED)),
                            add(new Text(0, Shape.UNLIMITED)),
                            add(new Numeral(automaton(NumberForms.decimals(), CharSet.SCALARS))),
                            add(new Constants(List.of("true", "false", "null"))))));
        }
        return any;
    }

    /** An object with any members. */
    int anyObject() {
        return add(new Members(List.of(), any()));
    }

    /**
     * An automaton, counted: all of a schema's together are not larger than fits.
     *
     * @throws PatternRefusedException if they are
     */
    CharDfa automaton(Regex regex, CharSet alphabet) {
        CharDfa automaton = Nfa.certain(regex, alphabet, effort);
        states += automaton.size();
        if (states > MOST_STATES) {
            throw new PatternRefusedException("is too large together with the other patterns of the schema");
        }
        return automaton;
    }

    /** Whether a shape made of no other but choices is that of a value that is neither object nor list. */
    boolean accepts(Shape shape, JsonNode value) {
        return switch (shape) {
            case Constants(List<String> texts) -> texts.contains(value.toString());
            case Text(int least, int most) -> {
                int length = value.isString()
                        ? (int) value.stringValue().codePoints().count()
                        : -1;
                yield length >= least && length <= most;
            }
            case Patterned(CharDfa automaton) -> value.isString() && automaton.accepts(value.stringValue());
            case Numeral(CharDfa automaton) -> value.isNumber() && automaton.accepts(value.toString());
            case Members members -> false;
            case Items items -> false;
            case Choice(List<Integer> options) ->
                options.stream().anyMatch(option -> accepts(shapes.get(option), value));
        };
    }

    /** Once all shapes are there: choices name no choices any more, and it is known how deep each shape goes at least. */
    void flatten() {
        for (int number = 0; number < shapes.size(); number++) {
            if (shapes.get(number) instanceof Choice) {
                shapes.set(number, new Choice(leaves(number)));
            }
        }
        nesting = new int[shapes.size()];
        Arrays.fill(nesting, NEVER);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int number = 0; number < nesting.length; number++) {
                int now = nesting(shapes.get(number));
                changed |= now < nesting[number];
                nesting[number] = now;
            }
        }
    }

    private List<Integer> leaves(int choice) {
        Set<Integer> seen = new LinkedHashSet<>(List.of(choice));
        List<Integer> open = new ArrayList<>(List.of(choice));
        List<Integer> leaves = new ArrayList<>();
        while (!open.isEmpty()) {
            int next = open.removeFirst();
            if (shapes.get(next) instanceof Choice(List<Integer> options)) {
                options.stream().filter(seen::add).forEach(open::add);
            } else {
                leaves.add(next);
            }
        }
        return leaves;
    }

    private int nesting(Shape shape) {
        return switch (shape) {
            case Constants constants -> constants.texts().isEmpty() ? NEVER : 0;
            case Text text -> 0;
            case Patterned pattern -> 0;
            case Numeral numeral -> 0;
            case Members(List<Shape.Member> members, int others) ->
                within(members.stream()
                        .filter(Shape.Member::isRequired)
                        .mapToInt(member -> nesting[member.shape()])
                        .max()
                        .orElse(0));
            case Items items -> {
                int deepest = 0;
                for (int i = 0; i < Math.min(items.least(), items.first().size() + 1); i++) {
                    int element = items.element(i);
                    deepest = Math.max(deepest, element == Shape.NONE ? NEVER : nesting[element]);
                }
                yield within(deepest);
            }
            case Choice(List<Integer> options) ->
                options.stream().mapToInt(option -> nesting[option]).min().orElse(NEVER);
        };
    }

    private static int within(int deepest) {
        return Math.min(NEVER, deepest + 1);
    }

    /** Whether a value of the shape can be written where so many objects and lists are open already. */
    boolean fits(int shape, int open) {
        return shape != Shape.NONE && nesting[shape] <= DEEPEST - open;
    }
}
