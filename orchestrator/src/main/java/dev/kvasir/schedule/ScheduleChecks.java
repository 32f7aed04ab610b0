package dev.kvasir.schedule;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.run.HexIds;
import dev.kvasir.schedule.Schedule.Overlap;
import dev.kvasir.schedule.Schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Says whether a schedule may be as its owner wants it. */
@Component
@Profile("!worker")
final class ScheduleChecks {

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_CRON = 200;
    private static final int MOST_INPUT = 60_000;
    private static final long SECOND = 1000;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long YEAR = Duration.ofDays(366).toMillis();
    private static final Duration CATCH_UP = Duration.ofMinutes(1);

    private final GraphLibrary library;

    ScheduleChecks(GraphLibrary library) {
        this.library = library;
    }

    /** A schedule that is asked for, or what is to change of one; what is absent is as it was, or by default. */
    record Wanted(
            @Nullable String name,
            @Nullable String graph,
            @Nullable Integer version,
            @Nullable ObjectNode input,
            @Nullable String cron,
            @Nullable Long everyMs,
            @Nullable String timeZone,
            @Nullable Overlap overlap,
            @Nullable Long catchUpMs,
            @Nullable Long jitterMs) {}

    /** A schedule to be; it is not due yet. */
    Schedule fresh(UUID owner, Wanted wanted, Instant now) {
        String named = wanted.graph();
        if (named == null) {
            throw refused("/graph", "A schedule needs a graph.");
        }
        if (wanted.cron() == null && wanted.everyMs() == null) {
            throw refused("/cron", "A schedule needs cron or everyMs.");
        }
        GraphId graph = library.find(owner, named)
                .map(StoredGraph::id)
                .orElseThrow(() -> ProblemException.notFound("graph", named));
        Timing plain = new Timing(null, null, ZoneId.of("UTC"), Overlap.SKIP, CATCH_UP, Duration.ZERO);
        return new Schedule(
                new ScheduleId(HexIds.next()),
                owner,
                name(wanted.name()),
                graph,
                wanted.version() == null ? null : version(owner, graph, wanted.version()),
                wanted.input() == null ? JsonMapper.shared().createObjectNode() : input(wanted.input()),
                comes(timing(plain, wanted), now),
                null,
                now);
    }

    /** A schedule as it shall be; when it is due next is still as it was. */
    Schedule changed(Schedule before, Wanted wanted, Instant now) {
        if (wanted.graph() != null) {
            throw refused("/graph", "The graph of a schedule does not change. Make another schedule.");
        }
        return new Schedule(
                before.id(),
                before.owner(),
                wanted.name() == null ? before.name() : name(wanted.name()),
                before.graph(),
                wanted.version() == null ? before.version() : version(before.owner(), before.graph(), wanted.version()),
                wanted.input() == null ? before.input() : input(wanted.input()),
                comes(timing(before.timing(), wanted), now),
                before.next(),
                before.createdAt());
    }

    private static Timing timing(Timing before, Wanted wanted) {
        if (wanted.cron() != null && wanted.everyMs() != null) {
            throw refused("/everyMs", "A schedule has cron or everyMs, not both.");
        }
        boolean isSame = wanted.cron() == null && wanted.everyMs() == null;
        return new Timing(
                isSame ? before.cron() : wanted.cron() == null ? null : cron(wanted.cron()),
                isSame
                        ? before.every()
                        : wanted.everyMs() == null ? null : within("everyMs", wanted.everyMs(), SECOND, YEAR),
                wanted.timeZone() == null ? before.zone() : zone(wanted.timeZone()),
                wanted.overlap() == null ? before.overlap() : wanted.overlap(),
                wanted.catchUpMs() == null ? before.catchUp() : within("catchUpMs", wanted.catchUpMs(), SECOND, YEAR),
                wanted.jitterMs() == null ? before.jitter() : within("jitterMs", wanted.jitterMs(), 0, DAY));
    }

    private static CronLine cron(String cron) {
        if (cron.length() > LONGEST_CRON) {
            throw refused("/cron", "A cron line has at most %d characters.".formatted(LONGEST_CRON));
        }
        try {
            return CronLine.parse(cron);
        } catch (IllegalArgumentException unreadable) {
            throw refused("/cron", String.valueOf(unreadable.getMessage()));
        }
    }

    private static Timing comes(Timing timing, Instant now) {
        if (timing.rule(now).next(now).isEmpty()) {
            throw refused("/cron", "The cron line '%s' names no day that ever comes.".formatted(timing.cron()));
        }
        return timing;
    }

    /** Zones with rules only: an offset has no changes, and most who write one mean a place. */
    private static ZoneId zone(String zone) {
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw refused(
                    "/timeZone",
                    "Time zone '%s' is not known. Use a name of the IANA's, such as Europe/Berlin.".formatted(zone));
        }
        return ZoneId.of(zone);
    }

    private static Duration within(String field, long millis, long least, long most) {
        if (millis < least || millis > most) {
            throw refused("/" + field, "%s must be between %d and %d.".formatted(field, least, most));
        }
        return Duration.ofMillis(millis);
    }

    private static String name(@Nullable String name) {
        if (name == null
                || name.isBlank()
                || name.length() > LONGEST_NAME
                || name.codePoints()
                        .anyMatch(point -> Character.getType(point) == Character.CONTROL
                                || Character.getType(point) == Character.FORMAT)) {
            throw refused("/name", "A name has 1 to %d visible characters.".formatted(LONGEST_NAME));
        }
        return name;
    }

    private Integer version(UUID owner, GraphId graph, int number) {
        return library.version(owner, graph, Integer.toString(number))
                .map(GraphVersion::number)
                .orElseThrow(() -> ProblemException.notFound("version of the graph", Integer.toString(number)));
    }

    private static ObjectNode input(ObjectNode input) {
        if (input.toString().length() > MOST_INPUT) {
            throw refused("/input", "A schedule's input has at most %d characters.".formatted(MOST_INPUT));
        }
        return input;
    }

    static ProblemException refused(String pointer, String detail) {
        return new ProblemException(ProblemType.OPTION_OUT_OF_RANGE, detail, List.of(ProblemFault.at(pointer, detail)));
    }
}
