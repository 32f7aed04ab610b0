package dev.kvasir.grammar;

import dev.kvasir.grammar.Frame.Characters;
import dev.kvasir.grammar.Frame.Matching;
import dev.kvasir.grammar.Frame.Name;
import dev.kvasir.grammar.Frame.Spelling;
import dev.kvasir.grammar.Shape.Text;

/** How strings go on: JSON's spelling of characters (RFC 8259, section 7), within what a schema asks. */
final class TextFrames {

    /** Characters that stand for themselves in a string. */
    static final CharSet PLAIN = CharSet.of(0x20, 0x21, 0x23, 0x5B, 0x5D, 0xD7FF, 0xE000, CharSet.LAST);

    /** Letters behind a backslash, and in the same order what they stand for. */
    private static final String LETTERS = "\"\\bfnrt";

    private static final String MEANT = "\"\\\b\f\n\r\t";

    /** Characters that a string with a pattern can have: codes are not used there. */
    static final CharSet SPELLED = PLAIN.or(CharSet.ofAll(MEANT));

    private static final CharSet HEX = CharSet.of('0', '9', 'A', 'F', 'a', 'f');
    private static final CharSet HEX_BUT_0 = CharSet.of('1', '9', 'A', 'F', 'a', 'f');
    private static final CharSet HEX_BUT_0_AND_D = CharSet.of('1', '9', 'A', 'C', 'E', 'F', 'a', 'c', 'e', 'f');

    private final ShapeTable shapes;

    TextFrames(ShapeTable shapes) {
        this.shapes = shapes;
    }

    void next(Stack stack, Characters here, Arcs arcs) {
        switch (here.spelling()) {
            case PLAIN -> plain(stack, here, arcs);
            case BACKSLASH -> {
                Stack next = longer(stack, here);
                arcs.add(CharSet.ofAll(LETTERS + "/"), next);
                arcs.add('u', spelled(stack, here, Spelling.CODE));
            }
            case CODE -> {
                arcs.add('0', spelled(stack, here, Spelling.CODE_0));
                arcs.add('D', spelled(stack, here, Spelling.CODE_D));
                arcs.add('d', spelled(stack, here, Spelling.CODE_D));
                arcs.add(HEX_BUT_0_AND_D, spelled(stack, here, Spelling.CODE_1));
            }
            case CODE_0 -> zero(stack, here, arcs, Spelling.CODE_00, Spelling.CODE_2);
            case CODE_00 -> zero(stack, here, arcs, Spelling.CODE_000, Spelling.CODE_3);
            case CODE_000 -> arcs.add(HEX_BUT_0, longer(stack, here));
            case CODE_D -> arcs.add('0', '7', spelled(stack, here, Spelling.CODE_2));
            case CODE_1 -> arcs.add(HEX, spelled(stack, here, Spelling.CODE_2));
            case CODE_2 -> arcs.add(HEX, spelled(stack, here, Spelling.CODE_3));
            case CODE_3 -> arcs.add(HEX, longer(stack, here));
        }
    }

    private void plain(Stack stack, Characters here, Arcs arcs) {
        Text text = text(here.shape());
        if (here.length() < text.most()) {
            arcs.add(PLAIN, longer(stack, here));
            arcs.add('\\', spelled(stack, here, Spelling.BACKSLASH));
        }
        if (here.length() >= text.least()) {
            arcs.add('"', stack.below());
        }
    }

    private static void zero(Stack stack, Characters here, Arcs arcs, Spelling still, Spelling otherwise) {
        arcs.add('0', spelled(stack, here, still));
        arcs.add(HEX_BUT_0, spelled(stack, here, otherwise));
    }

    private Stack longer(Stack stack, Characters here) {
        Text text = text(here.shape());
        int counted = text.most() == Shape.UNLIMITED ? text.least() : text.most();
        return stack.with(new Characters(here.shape(), Math.min(here.length() + 1, counted), Spelling.PLAIN));
    }

    private static Stack spelled(Stack stack, Characters here, Spelling spelling) {
        return stack.with(new Characters(here.shape(), here.length(), spelling));
    }

    private Text text(int shape) {
        return (Text) shapes.get(shape);
    }

    /** How many plain characters may come, whichever they are; {@link Shape#UNLIMITED} for any number. */
    int freely(Frame frame) {
        return switch (frame) {
            case Characters here
            when here.spelling() == Spelling.PLAIN -> {
                Text text = text(here.shape());
                yield text.most() == Shape.UNLIMITED ? Shape.UNLIMITED : text.most() - here.length();
            }
            case Name name -> Shape.UNLIMITED;
            default -> 0;
        };
    }

    void next(Stack stack, Matching here, Arcs arcs) {
        CharDfa automaton = ((Shape.Patterned) shapes.get(here.shape())).automaton();
        if (here.spelling() == Spelling.BACKSLASH) {
            for (int i = 0; i < MEANT.length(); i++) {
                int target = automaton.next(here.state(), MEANT.charAt(i));
                if (target != CharDfa.NOWHERE) {
                    arcs.add(LETTERS.charAt(i), stack.with(new Matching(here.shape(), target, Spelling.PLAIN)));
                }
            }
            return;
        }
        automaton.arcs(here.state(), (first, last, target) -> {
            Stack next = stack.with(new Matching(here.shape(), target, Spelling.PLAIN));
            arcs.add(CharSet.of(first, last).and(PLAIN), next);
        });
        if (MEANT.chars().anyMatch(c -> automaton.next(here.state(), c) != CharDfa.NOWHERE)) {
            arcs.add('\\', stack.with(new Matching(here.shape(), here.state(), Spelling.BACKSLASH)));
        }
        if (automaton.isEnd(here.state())) {
            arcs.add('"', stack.below());
        }
    }

    /** A name that none of the object's own is; plain characters only, so that equal names look equal. */
    void next(Stack stack, Name here, Arcs arcs) {
        Shape.Members object = (Shape.Members) shapes.get(here.shape());
        if (here.isApart()) {
            arcs.add(PLAIN, stack);
            arcs.add('"', stack.below());
            return;
        }
        CharSet others = PLAIN;
        boolean isTaken = false;
        for (Shape.Member member : object.members()) {
            String name = member.name();
            isTaken |= name.equals(here.start());
            if (name.length() > here.start().length() && name.startsWith(here.start())) {
                int c = name.codePointAt(here.start().length());
                if (others.contains(c)) {
                    others = others.and(CharSet.of(c, c).not());
                    arcs.add(c, stack.with(new Name(here.shape(), here.start() + Character.toString(c), false)));
                }
            }
        }
        arcs.add(others, stack.with(new Name(here.shape(), "", true)));
        if (!isTaken) {
            arcs.add('"', stack.below());
        }
    }
}
