package dev.kvasir.operation.study;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.agent.LocalStudies;
import dev.kvasir.inquiry.Inquiry;
import dev.kvasir.inquiry.QuizInvalidException;
import dev.kvasir.operation.DataFolders;
import dev.kvasir.operation.OperationKind;
import dev.kvasir.operation.OperationRecord;
import dev.kvasir.operation.OperationRoom;
import dev.kvasir.operation.OperationTask;
import dev.kvasir.study.StudyException;
import dev.kvasir.study.StudyQuestion;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Where a worker makes studies, with the models that its agents have loaded. */
final class StudyRoom implements OperationRoom {

    private static final long TELLING_EVERY = Duration.ofSeconds(1).toNanos();

    private final LocalStudies studies;
    private final DataFolders folders;
    private final StudyQuizzes quizzes;

    StudyRoom(LocalStudies studies, DataFolders folders) {
        this.studies = studies;
        this.folders = folders;
        this.quizzes = new StudyQuizzes(folders);
    }

    @Override
    public OperationKind kind() {
        return OperationKind.STUDY;
    }

    /** What was found, under {@code rows}. A study that is claimed again starts anew. */
    @Override
    public ObjectNode execute(OperationTask task) {
        Inquiry inquiry = Inquiry.ofJson(task.request());
        List<StudyQuestion> all = quizzes.read(inquiry.quiz());
        Teller teller = new Teller(task, inquiry.asked(all).size());
        teller.done(0);
        List<Object> rows = studies.study(inquiry, all, teller::done);
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set("rows", JsonMapper.shared().valueToTree(rows));
        return result;
    }

    @Override
    public OperationRecord.Fault fault(Throwable thrown) {
        String message = folders.withoutPlaces(String.valueOf(thrown.getMessage()));
        return switch (thrown) {
            case AgentException agent -> new OperationRecord.Fault(agent.fault().name(), message);
            case QuizInvalidException quiz -> new OperationRecord.Fault("DATASET_INVALID", message);
            case StudyException study -> new OperationRecord.Fault("STUDY_INVALID", message);
            case OutOfMemoryError full ->
                new OperationRecord.Fault(
                        AgentFault.OUT_OF_MEMORY.name(),
                        "The worker's Java heap is too small for this study. Take fewer questions or tokens.");
            default -> new OperationRecord.Fault("INTERNAL", "A fault of ours; the worker's log has the cause.");
        };
    }

    @Override
    public String afterCrashes() {
        return "Take fewer questions or tokens, or give the worker's machine more memory.";
    }

    /** Tells about once a second how many questions are done. */
    private static final class Teller {

        private final OperationTask task;
        private final int of;
        private long toldAt = System.nanoTime() - TELLING_EVERY;

        Teller(OperationTask task, int of) {
            this.task = task;
            this.of = of;
        }

        void done(int questions) {
            task.requireWanted();
            if (System.nanoTime() - toldAt >= TELLING_EVERY || questions == of) {
                toldAt = System.nanoTime();
                task.tell(JsonNodeFactory.instance
                        .objectNode()
                        .put("phase", "ASKING")
                        .put("questions", questions)
                        .put("of", of));
            }
        }
    }
}
