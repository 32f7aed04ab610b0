package dev.kvasir.operation;

import dev.kvasir.device.Devices;
import dev.kvasir.pool.PoolSync;
import dev.kvasir.training.FuserTrainingRun;
import dev.kvasir.training.TrainingListener;
import dev.kvasir.training.TrainingRecipe;
import dev.kvasir.training.TrainingReport;
import java.nio.file.Path;
import java.time.Clock;

/** Where a worker trains: its folder, its devices, and what tells graphs of the fuser that came out. */
final class TrainingRoom {

    private final Path home;
    private final DataFolders folders;
    private final int checkpointEvery;
    private final PoolSync pool;
    private final Devices devices;
    private final Clock clock;

    TrainingRoom(Path home, TrainingProperties settings, PoolSync pool, Devices devices, Clock clock) {
        this.home = home;
        this.folders = new DataFolders(home, settings.data());
        this.checkpointEvery = settings.checkpointEvery();
        this.pool = pool;
        this.devices = devices;
        this.clock = clock;
    }

    Devices devices() {
        return devices;
    }

    DataFolders folders() {
        return folders;
    }

    /** Trains to the end, from where a training by the same recipe was last saved; the fuser is registered once it returns. */
    TrainingReport train(String sent, TrainingListener listener) {
        TrainingRecipe recipe = TrainingRecipe.ofJson(sent, Path.of("")).savedEvery(checkpointEvery);
        Path chats = folders.find(recipe.data().file())
                .orElse(home.resolve("datasets").resolve(recipe.data().file()));
        if (folders.isOutside(recipe.data().file())) {
            throw new IllegalStateException("A recipe was queued whose chats lie outside the folders of data sets.");
        }
        TrainingReport report = new FuserTrainingRun(recipe.withChats(chats), home, clock).run(listener);
        pool.sweep();
        return report;
    }
}
