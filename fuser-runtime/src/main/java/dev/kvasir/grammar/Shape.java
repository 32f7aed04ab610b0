package dev.kvasir.grammar;

import java.util.List;

/** What a value may be. Shapes name each other by their numbers in a grammar, so that a schema may name itself. */
sealed interface Shape {

    int NONE = -1;
    int UNLIMITED = Integer.MAX_VALUE;

    /** One of some JSON texts, as they stand. */
    record Constants(List<String> texts) implements Shape {
        public Constants {
            texts = List.copyOf(texts);
        }
    }

    /**
     * A string.
     *
     * @param least code points
     * @param most code points; {@link #UNLIMITED} for no limit
     */
    record Text(int least, int most) implements Shape {}

    /** A string whose characters, not as JSON spells them, an automaton accepts. */
    record Patterned(CharDfa automaton) implements Shape {}

    /** A number, as it is written. */
    record Numeral(CharDfa automaton) implements Shape {}

    /**
     * An object: the members in this order, those that are not required perhaps left out, then others.
     *
     * @param others what members of any other name are; {@link #NONE} if there may be none
     */
    record Members(List<Member> members, int others) implements Shape {
        public Members {
            members = List.copyOf(members);
        }

        boolean isRequiredFrom(int next) {
            return members.subList(next, members.size()).stream().anyMatch(Member::isRequired);
        }
    }

    /** A member that the schema names. */
    record Member(String name, int shape, boolean isRequired) {}

    /**
     * An array.
     *
     * @param first what its first elements are
     * @param others what elements behind them are; {@link #NONE} if there may be none
     * @param most {@link #UNLIMITED} for no limit
     */
    record Items(List<Integer> first, int others, int least, int most) implements Shape {
        public Items {
            first = List.copyOf(first);
        }

        /** What an element is; {@link #NONE} behind the last. */
        int element(int index) {
            if (index >= most) {
                return NONE;
            }
            return index < first.size() ? first.get(index) : others;
        }

        /** The count beyond which one more element changes nothing. */
        int counted() {
            return most == UNLIMITED ? Math.max(least, first.size()) : most;
        }
    }

    /** Any of them. */
    record Choice(List<Integer> shapes) implements Shape {
        public Choice {
            shapes = List.copyOf(shapes);
        }
    }
}
