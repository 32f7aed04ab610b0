package dev.kvasir.operation.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The trainings that the command line does or did in this server's own folder. A file is read again only when it has grown; one that
 * is being written is read up to its last whole line.
 */
public final class TrainingLogs {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String FILE = "metrics.jsonl";
    private static final long LARGEST = 64L << 20;
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final Clock clock;
    private final Map<String, Read> known = new ConcurrentHashMap<>();

    /** @param home such as {@code ~/.kvasir} */
    TrainingLogs(Path home, Clock clock) {
        this.folder = home.resolve("training");
        this.clock = clock;
    }

    /** Every training with at least one step, the one that was written last first. */
    public List<TrainingLog> list() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.map(training -> String.valueOf(training.getFileName()))
                    .flatMap(name -> find(name).stream())
                    .sorted(Comparator.comparing(TrainingLog::writtenAt).reversed())
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    public Optional<TrainingLog> find(String fuser) {
        Path file = folder.resolve(fuser).resolve(FILE);
        if (!NAME.matcher(fuser).matches() || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Read read = known.compute(fuser, (name, before) -> read(file, before));
        return Optional.ofNullable(read)
                .filter(found -> !found.points().isEmpty())
                .map(found -> log(fuser, found));
    }

    private TrainingLog log(String fuser, Read read) {
        TrainingPoint last = read.points().getLast();
        boolean isRecent = read.writtenAt().plus(SILENCE).isAfter(clock.instant());
        return new TrainingLog(fuser, read.points(), read.writtenAt(), isRecent && last.step() < last.steps());
    }

    /** What a file held when it was so long. */
    private record Read(long bytes, Instant writtenAt, List<TrainingPoint> points) {}

    private static @Nullable Read read(Path file, @Nullable Read before) {
        try {
            long bytes = Files.size(file);
            if (before != null && before.bytes() == bytes) {
                return before;
            }
            if (bytes > LARGEST) {
                return before;
            }
            Instant writtenAt = Files.getLastModifiedTime(file).toInstant();
            return new Read(bytes, writtenAt, points(Files.readString(file)));
        } catch (IOException gone) {
            return before;
        }
    }

    /** The last run's: a file goes on growing when a fuser is trained anew, and a run that went on tells some steps twice. */
    private static List<TrainingPoint> points(String text) {
        Map<Integer, TrainingPoint> byStep = new TreeMap<>();
        int whole = text.lastIndexOf('\n') + 1;
        for (String line : text.substring(0, whole).split("\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            try {
                TrainingPoint point =
                        TrainingProgressJson.point(JsonMapper.shared().readTree(line));
                if (point.step() == 1) {
                    byStep.clear();
                }
                byStep.put(point.step(), point);
            } catch (JacksonException unreadable) {
                return new ArrayList<>(byStep.values());
            }
        }
        return new ArrayList<>(byStep.values());
    }
}
