package dev.kvasir.graph;

import dev.kvasir.graph.Link.Mode;
import dev.kvasir.graph.LinkPlan.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Picks the mode of an edge that leaves it open, and says why.
 *
 * <p>The rule: the same model at both ends continues the cache, a fuser for the ordered pair fuses it, else text crosses. Where
 * speed is preferred and at least two of the modes that the edge can have were logged {@value #ENOUGH} times between its models,
 * the one with the lower median time is taken instead. Runs carry no scores yet, so quality goes by the rule.
 */
final class AutoChoice {

    /** Finished uses of a mode before its median counts. */
    static final int ENOUGH = 5;

    private final Link.Preference prefer;
    private final Fit.End from;
    private final Fit.End to;
    private final Map<Mode, List<Duration>> times;

    /** @param times of the pair, by mode */
    AutoChoice(Link.Preference prefer, Fit.End from, Fit.End to, Map<Mode, List<Duration>> times) {
        this.prefer = prefer;
        this.from = from;
        this.to = to;
        this.times = times;
    }

    /** A mode that the edge can have. */
    record Candidate(
            Mode mode, Reason reason, String why, @Nullable String fuser) {}

    /**
     * One of them.
     *
     * @param candidates the one that the rule prefers first; at least one
     */
    Candidate of(List<Candidate> candidates) {
        Candidate ruled = candidates.getFirst();
        if (candidates.size() == 1) {
            return ruled;
        }
        return switch (prefer) {
            case QUALITY -> because(ruled, ruled.why() + " Runs carry no scores yet, so the rule decides.");
            case SPEED -> fastest(candidates);
        };
    }

    private Candidate fastest(List<Candidate> candidates) {
        List<Candidate> known = candidates.stream()
                .filter(candidate -> times(candidate).size() >= ENOUGH)
                .sorted(Comparator.comparing(candidate -> median(times(candidate))))
                .toList();
        if (known.size() < 2) {
            return because(candidates.getFirst(), candidates.getFirst().why() + " " + tooFew(candidates));
        }
        Candidate best = known.getFirst();
        List<String> others = known.stream().skip(1).map(this::measured).toList();
        String why = "From " + from.name() + " to " + to.name() + ", " + measured(best) + " against "
                + String.join(" and ", others) + ", so SPEED takes " + best.mode() + ".";
        return new Candidate(best.mode(), Reason.AUTO_FASTER, why, best.fuser());
    }

    private String measured(Candidate candidate) {
        List<Duration> own = times(candidate);
        return "%s took %d ms (median of %d runs)"
                .formatted(candidate.mode(), median(own).toMillis(), own.size());
    }

    private String tooFew(List<Candidate> candidates) {
        List<String> counts = candidates.stream()
                .map(candidate -> candidate.mode() + " " + times(candidate).size())
                .toList();
        return "SPEED has too few finished runs of this size to go by (" + String.join(", ", counts)
                + "; two modes need " + ENOUGH + " each), so the rule decides.";
    }

    private List<Duration> times(Candidate candidate) {
        return times.getOrDefault(candidate.mode(), List.of());
    }

    /** Of an even number, the mean of the two in the middle. */
    private static Duration median(List<Duration> durations) {
        List<Duration> sorted = new ArrayList<>(durations);
        sorted.sort(Comparator.naturalOrder());
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(half)
                : sorted.get(half - 1).plus(sorted.get(half)).dividedBy(2);
    }

    private static Candidate because(Candidate candidate, String why) {
        return new Candidate(candidate.mode(), candidate.reason(), why, candidate.fuser());
    }
}
