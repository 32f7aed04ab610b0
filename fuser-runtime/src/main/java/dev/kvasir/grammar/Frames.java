package dev.kvasir.grammar;

import dev.kvasir.grammar.Frame.Blank;
import dev.kvasir.grammar.Frame.Characters;
import dev.kvasir.grammar.Frame.Colon;
import dev.kvasir.grammar.Frame.Digits;
import dev.kvasir.grammar.Frame.Fixed;
import dev.kvasir.grammar.Frame.Matching;
import dev.kvasir.grammar.Frame.Name;
import dev.kvasir.grammar.Frame.Spelling;
import dev.kvasir.grammar.Frame.Turn;
import dev.kvasir.grammar.Frame.Value;
import java.util.List;

/** How a stack goes on: the characters that may come next. Every stack that it leads to can be brought to an end. */
final class Frames {

    private final ShapeTable shapes;
    private final TextFrames texts;

    Frames(ShapeTable shapes) {
        this.shapes = shapes;
        this.texts = new TextFrames(shapes);
    }

    TextFrames texts() {
        return texts;
    }

    void next(Stack stack, Arcs arcs) {
        switch (stack.top()) {
            case Frame.End end -> arcs.end();
            case Value(int shape) -> value(shape, stack.below(), arcs);
            case Fixed fixed -> fixed(stack, fixed, arcs);
            case Digits digits -> digits(stack, digits, arcs);
            case Characters characters -> texts.next(stack, characters, arcs);
            case Matching matching -> texts.next(stack, matching, arcs);
            case Name name -> texts.next(stack, name, arcs);
            case Colon(int shape) ->
                arcs.add(':', stack.below().on(new Value(shape)).on(Blank.START));
            case Frame.InObject object -> object(stack, object, arcs);
            case Frame.InList list -> list(stack, list, arcs);
            case Blank blank -> blank(stack, blank, arcs);
        }
    }

    /** A space, or a line's end and then blanks up to a width; or nothing. */
    private void blank(Stack stack, Blank blank, Arcs arcs) {
        if (blank.indentation() < 0) {
            arcs.add(' ', stack.below());
            arcs.add('\n', stack.with(new Blank(0)));
        } else if (blank.indentation() < Blank.WIDEST) {
            Stack wider = stack.with(new Blank(blank.indentation() + 1));
            arcs.add(' ', wider);
            arcs.add('\t', wider);
        }
        next(stack.below(), arcs);
    }

    private void fixed(Stack stack, Fixed fixed, Arcs arcs) {
        if (fixed.at() == fixed.text().length()) {
            next(stack.below(), arcs);
            return;
        }
        int c = fixed.text().codePointAt(fixed.at());
        arcs.add(c, stack.with(new Fixed(fixed.text(), fixed.at() + Character.charCount(c))));
    }

    private void digits(Stack stack, Digits digits, Arcs arcs) {
        CharDfa automaton = ((Shape.Numeral) shapes.get(digits.shape())).automaton();
        automaton.arcs(
                digits.state(),
                (first, last, target) -> arcs.add(first, last, stack.with(new Digits(digits.shape(), target))));
        if (automaton.isEnd(digits.state())) {
            next(stack.below(), arcs);
        }
    }

    private void value(int number, Stack below, Arcs arcs) {
        if (!shapes.fits(number, below.open())) {
            return;
        }
        switch (shapes.get(number)) {
            case Shape.Constants(List<String> constants) ->
                constants.forEach(text -> next(below.on(new Fixed(text, 0)), arcs));
            case Shape.Text text -> arcs.add('"', below.on(new Characters(number, 0, Spelling.PLAIN)));
            case Shape.Patterned pattern ->
                arcs.add('"', below.on(new Matching(number, CharDfa.START, Spelling.PLAIN)));
            case Shape.Numeral numeral -> next(below.on(new Digits(number, CharDfa.START)), arcs);
            case Shape.Members members ->
                arcs.add(
                        '{',
                        below.on(new Frame.InObject(number, 0, Turn.OPENED)).on(Blank.START));
            case Shape.Items items ->
                arcs.add('[', below.on(new Frame.InList(number, 0, Turn.OPENED)).on(Blank.START));
            case Shape.Choice(List<Integer> options) -> options.forEach(option -> value(option, below, arcs));
        }
    }

    private void object(Stack stack, Frame.InObject here, Arcs arcs) {
        Shape.Members object = (Shape.Members) shapes.get(here.shape());
        if (here.turn() != Turn.AFTER_COMMA && !object.isRequiredFrom(here.next())) {
            arcs.add('}', stack.below());
        }
        if (here.turn() == Turn.AFTER_VALUE) {
            if (goesOn(object, here.next(), stack.open())) {
                arcs.add(
                        ',',
                        stack.with(new Frame.InObject(here.shape(), here.next(), Turn.AFTER_COMMA))
                                .on(Blank.START));
            }
            return;
        }
        for (int i = here.next(); i < object.members().size(); i++) {
            Shape.Member member = object.members().get(i);
            if (shapes.fits(member.shape(), stack.open())) {
                Stack behind = behind(stack, here.shape(), i + 1).on(new Colon(member.shape()));
                next(behind.on(new Fixed(SchemaCompiler.quoted(member.name()), 0)), arcs);
            }
            if (member.isRequired()) {
                return;
            }
        }
        if (shapes.fits(object.others(), stack.open())) {
            Stack behind = behind(stack, here.shape(), object.members().size()).on(new Colon(object.others()));
            arcs.add('"', behind.on(new Name(here.shape(), "", false)));
        }
    }

    /** The object when a member was read, and the space behind it. */
    private static Stack behind(Stack stack, int shape, int next) {
        return stack.with(new Frame.InObject(shape, next, Turn.AFTER_VALUE)).on(Blank.START);
    }

    private boolean goesOn(Shape.Members object, int next, int open) {
        return shapes.fits(object.others(), open)
                || object.members().subList(next, object.members().size()).stream()
                        .anyMatch(member -> shapes.fits(member.shape(), open));
    }

    private void list(Stack stack, Frame.InList here, Arcs arcs) {
        Shape.Items items = (Shape.Items) shapes.get(here.shape());
        if (here.turn() != Turn.AFTER_COMMA && here.count() >= items.least()) {
            arcs.add(']', stack.below());
        }
        int element = items.element(here.count());
        if (!shapes.fits(element, stack.open())) {
            return;
        }
        if (here.turn() == Turn.AFTER_VALUE) {
            arcs.add(
                    ',',
                    stack.with(new Frame.InList(here.shape(), here.count(), Turn.AFTER_COMMA))
                            .on(Blank.START));
            return;
        }
        int count = Math.min(here.count() + 1, items.counted());
        next(
                stack.with(new Frame.InList(here.shape(), count, Turn.AFTER_VALUE))
                        .on(Blank.START)
                        .on(new Value(element)),
                arcs);
    }
}
