package dev.kvasir.web.fuser;

import dev.kvasir.operation.training.Training;
import dev.kvasir.operation.training.TrainingLog;
import dev.kvasir.web.Mark;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A training in one line.
 *
 * @param id an operation's, or the fuser's name where the command line trained it
 * @param progress such as {@code step 120 of 288}
 */
public record TrainingRow(
        String id,
        Mark mark,
        String fuser,
        String pair,
        String progress,
        String heldOut,
        String started,
        String startedBy) {

    /** A training over the API. */
    public static TrainingRow of(Training training) {
        return new TrainingRow(
                training.id().toString(),
                mark(training),
                training.fuser(),
                training.sharer() + " → " + training.receiver(),
                progress(training.progress()),
                FuserRow.loss(
                        training.result() == null ? null : training.result().heldOutLoss()),
                Times.at(training.createdAt()),
                "API");
    }

    /** One that the command line started. */
    public static TrainingRow of(TrainingLog log) {
        return new TrainingRow(
                log.fuser(),
                mark(log),
                log.fuser(),
                "–",
                "step %d of %d".formatted(log.last().step(), log.last().steps()),
                FuserRow.loss(log.heldOutLoss()),
                Times.at(log.writtenAt()),
                "command line");
    }

    static Mark mark(Training training) {
        return training.isStopping() && !training.state().isFinal()
                ? new Mark("stopping", "◐", "busy")
                : Mark.of(training.state().name());
    }

    /** A file does not tell whether its writer lives; what has grown a moment ago probably still does. */
    static Mark mark(TrainingLog log) {
        if (log.isGrowing()) {
            return new Mark("running", "◐", "busy");
        }
        return log.last().step() >= log.last().steps()
                ? new Mark("ended", "✓", "good")
                : new Mark("not running", "–", "quiet");
    }

    static String progress(@Nullable JsonNode progress) {
        if (progress == null) {
            return "–";
        }
        return progress.path("phase").asString("").equals("READING")
                ? "reading chats, %d of %d"
                        .formatted(
                                progress.path("chats").asInt(),
                                progress.path("of").asInt())
                : String.format(
                        Locale.ROOT,
                        "step %d of %d",
                        progress.path("step").asInt(),
                        progress.path("steps").asInt());
    }
}
