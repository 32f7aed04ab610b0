package dev.kvasir.operation.training;

import dev.kvasir.device.Devices;
import dev.kvasir.operation.DataFolders;
import dev.kvasir.operation.OperationKind;
import dev.kvasir.operation.OperationRecord;
import dev.kvasir.operation.OperationRoom;
import dev.kvasir.operation.OperationTask;
import dev.kvasir.pool.PoolSync;
import dev.kvasir.training.FuserTrainingRun;
import dev.kvasir.training.TrainingRecipe;
import dev.kvasir.training.TrainingReport;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where a worker trains: its folder, its devices, and what tells graphs of the fuser that came out. */
final class TrainingRoom implements OperationRoom {

    private final Path home;
    private final DataFolders folders;
    private final int checkpointEvery;
    private final PoolSync pool;
    private final Devices devices;
    private final Clock clock;

    TrainingRoom(
            Path home, DataFolders folders, TrainingProperties settings, PoolSync pool, Devices devices, Clock clock) {
        this.home = home;
        this.folders = folders;
        this.checkpointEvery = settings.checkpointEvery();
        this.pool = pool;
        this.devices = devices;
        this.clock = clock;
    }

    @Override
    public OperationKind kind() {
        return OperationKind.FUSER_TRAINING;
    }

    /** Trains to the end, from where a training by the same recipe was last saved; the fuser is registered once it returns. */
    @Override
    public ObjectNode execute(OperationTask task) {
        TrainingRecipe recipe =
                TrainingRecipe.ofJson(task.request(), Path.of("")).savedEvery(checkpointEvery);
        Path chats = folders.find(recipe.data().file())
                .orElse(home.resolve("datasets").resolve(recipe.data().file()));
        if (folders.isOutside(recipe.data().file())) {
            throw new IllegalStateException("A recipe was queued whose chats lie outside the folders of data sets.");
        }
        try (TrainingWork work = new TrainingWork(task, devices)) {
            TrainingReport report = new FuserTrainingRun(recipe.withChats(chats), home, clock).run(work);
            pool.sweep();
            return JsonMapper.shared().valueToTree(result(report));
        }
    }

    private static Training.Result result(TrainingReport report) {
        return new Training.Result(
                report.steps(),
                report.trainingSamples(),
                report.heldOutSamples(),
                number(report.bestHeldOutLoss()),
                number(report.heldOutLossAtStart()),
                report.gatesOpen(),
                report.gates(),
                report.duration().toMillis());
    }

    private static @Nullable Double number(double loss) {
        return Double.isFinite(loss) ? loss : null;
    }

    @Override
    public OperationRecord.Fault fault(Throwable thrown) {
        return TrainingFaults.of(thrown, folders);
    }

    @Override
    public String afterCrashes() {
        return "Train with a smaller batch or shorter chats, or give the worker's machine more memory.";
    }
}
