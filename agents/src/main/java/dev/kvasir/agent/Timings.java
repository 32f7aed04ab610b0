package dev.kvasir.agent;

import java.time.Duration;

/**
 * Where a step's time went. The parts do not overlap; what is missing from {@code total} is the time between them.
 *
 * @param firstToken from the start of the step to the first token; zero when none was decoded
 */
public record Timings(
        Duration load,
        Duration prefill,
        Duration align,
        Duration project,
        Duration fuse,
        Duration copy,
        Duration decode,
        Duration firstToken,
        Duration total) {

    /** Of what has no parts. */
    public static Timings of(Duration total) {
        return ZERO.within(total);
    }

    /** Both, one after the other; the first token is the earlier one's, if it had one. */
    Timings then(Timings later) {
        return new Timings(
                load.plus(later.load),
                prefill.plus(later.prefill),
                align.plus(later.align),
                project.plus(later.project),
                fuse.plus(later.fuse),
                copy.plus(later.copy),
                decode.plus(later.decode),
                firstToken.isZero() ? total.plus(later.firstToken) : firstToken,
                total.plus(later.total));
    }

    /** The same parts of a longer time. */
    Timings within(Duration longer) {
        return new Timings(load, prefill, align, project, fuse, copy, decode, firstToken, longer);
    }

    public static final Timings ZERO = new Timings(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO);
}
