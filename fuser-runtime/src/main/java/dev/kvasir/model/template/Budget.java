package dev.kvasir.model.template;

import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ChatTemplateException.Kind;
import java.time.Duration;

/** What one rendering may use, and where it stands. For one thread. */
final class Budget {

    static final int MAX_SOURCE = 64 * 1024;
    static final int MAX_OUTPUT = 1024 * 1024;
    static final int MAX_LOOP_STEPS = 100_000;
    static final int MAX_ITEMS = 100_000;
    static final int MAX_NESTING = 200;
    static final int MAX_CALLS = 64;
    static final Duration MAX_TIME = Duration.ofMillis(900);

    /** Characters of all texts made on the way: bounds memory. */
    private static final int MAX_CHARACTERS = 32 * 1024 * 1024;

    private static final int TICKS_BETWEEN_CLOCK_READINGS = 256;

    private final long deadline = System.nanoTime() + MAX_TIME.toNanos();
    private long characters;
    private int loopSteps;
    private int calls;
    private int ticks;
    private int line = 1;

    void at(int newLine) {
        line = newLine;
        tick();
    }

    int line() {
        return line;
    }

    /** Counts one small operation. */
    void tick() {
        if (++ticks >= TICKS_BETWEEN_CLOCK_READINGS) {
            ticks = 0;
            checkTime();
        }
    }

    /** Counts an operation whose cost grows with a text or list. */
    void spend(long amount) {
        if (amount > MAX_OUTPUT) {
            throw limit("makes a text or list of %,d, the limit is %,d".formatted(amount, MAX_OUTPUT));
        }
        characters += amount;
        if (characters > MAX_CHARACTERS) {
            throw limit("handles more than %,d characters".formatted(MAX_CHARACTERS));
        }
        if (amount > 1024) {
            checkTime();
        }
        tick();
    }

    void items(long count) {
        if (count > MAX_ITEMS) {
            throw limit("makes a list of %,d items, the limit is %,d".formatted(count, MAX_ITEMS));
        }
        spend(count);
    }

    void loopStep() {
        if (++loopSteps > MAX_LOOP_STEPS) {
            throw limit("takes more than %,d loop steps".formatted(MAX_LOOP_STEPS));
        }
        tick();
    }

    void enterCall() {
        if (++calls > MAX_CALLS) {
            throw limit("calls macros more than %d deep".formatted(MAX_CALLS));
        }
    }

    void leaveCall() {
        calls--;
    }

    void depth(int depth) {
        tick();
        if (depth > MAX_NESTING) {
            throw limit("nests values more than %d deep".formatted(MAX_NESTING));
        }
    }

    private void checkTime() {
        if (System.nanoTime() - deadline > 0) {
            throw limit("takes longer than 1 second");
        }
    }

    ChatTemplateException failed(String message) {
        return new ChatTemplateException(Kind.FAILED, "Chat template, line %d: %s".formatted(line, message));
    }

    ChatTemplateException limit(String message) {
        return new ChatTemplateException(
                Kind.LIMIT, "Chat template, line %d: it %s and was cut off".formatted(line, message));
    }
}
