package dev.kvasir.operation.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogsTest {

    @TempDir
    private Path home;

    private final Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5));

    @Test
    void eachStepOfTheLastTrainingIsToldOnceUpToTheLastWholeLine() throws IOException {
        write(
                "tried",
                line(1, 9.0),
                line(2, 8.0),
                line(1, 5.0),
                line(2, 4.0),
                line(3, 3.0),
                line(2, 4.5),
                "{\"step\": 3");

        TrainingLog log =
                new TrainingLogs(home, Clock.systemUTC()).find("tried").orElseThrow();

        assertThat(log.points()).extracting(TrainingPoint::step).containsExactly(1, 2, 3);
        assertThat(log.points()).extracting(TrainingPoint::loss).containsExactly(5.0, 4.5, 3.0);
        assertThat(log.heldOutLoss()).isEqualTo(3.5);
    }

    @Test
    void whatWasWrittenAMomentAgoIsTakenToGoOn() throws IOException {
        write("tried", line(1, 9.0) + "\n");

        assertThat(new TrainingLogs(home, Clock.systemUTC())
                        .find("tried")
                        .orElseThrow()
                        .isGrowing())
                .isTrue();
        assertThat(new TrainingLogs(home, later).find("tried").orElseThrow().isGrowing())
                .isFalse();
    }

    @Test
    void aFileThatHasGrownIsReadAgain() throws IOException {
        write("tried", line(1, 9.0) + "\n");
        TrainingLogs logs = new TrainingLogs(home, later);
        assertThat(logs.list()).hasSize(1);

        Files.writeString(home.resolve("training/tried/metrics.jsonl"), line(2, 8.0) + "\n", StandardOpenOption.APPEND);

        assertThat(logs.list().getFirst().last().step()).isEqualTo(2);
    }

    @Test
    void namesLeadNowhereElse() throws IOException {
        Files.writeString(home.resolve("metrics.jsonl"), line(1, 9.0) + "\n");
        Files.createDirectories(home.resolve("training"));

        assertThat(new TrainingLogs(home, later).find("..")).isEmpty();
        assertThat(new TrainingLogs(home, later).list()).isEmpty();
    }

    private void write(String fuser, String... lines) throws IOException {
        Path folder = Files.createDirectories(home.resolve("training").resolve(fuser));
        Files.writeString(folder.resolve("metrics.jsonl"), String.join("\n", lines));
    }

    private static String line(int step, double loss) {
        return "{\"step\": %d, \"steps\": 9, \"loss\": %s, \"heldOutLoss\": %s}".formatted(step, loss, loss + 0.5);
    }
}
