package dev.kvasir.operation.training;

import dev.kvasir.device.Devices;
import dev.kvasir.device.Holding;
import dev.kvasir.device.Needs;
import dev.kvasir.device.Party;
import dev.kvasir.operation.OperationTask;
import dev.kvasir.training.TrainingListener;
import dev.kvasir.training.TrainingProgress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A training in a worker's hands: books its memory, tells each step's numbers as they come, and ends when it is not wanted. */
final class TrainingWork implements TrainingListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TrainingWork.class);
    private static final long READING_EVERY = Duration.ofSeconds(1).toNanos();

    private final OperationTask task;
    private final Devices devices;
    private long toldAt = System.nanoTime() - READING_EVERY;
    private @Nullable Holding holding;

    TrainingWork(OperationTask task, Devices devices) {
        this.task = task;
        this.devices = devices;
    }

    /** Training computes on the processor: where the slots are GPUs its memory is on nobody's ledger. */
    @Override
    public void memory(long bytes) {
        task.requireWanted();
        log.info("{} takes {} MiB beside the heap at most", task.id(), bytes >> 20);
        if (devices.areProcessors()) {
            holding = devices.acquire(new Party(), Needs.cache("the training of a fuser", bytes));
        }
    }

    @Override
    public void read(int chats, int of) {
        task.requireWanted();
        if (System.nanoTime() - toldAt > READING_EVERY || chats == of) {
            toldAt = System.nanoTime();
            task.tell(TrainingProgressJson.reading(chats, of));
        }
    }

    /** Steps that were taken before, by a worker that fell silent after its last save, are stored already. */
    @Override
    public void step(TrainingProgress progress) {
        task.requireWanted();
        if (progress.step() > task.lastStep()) {
            task.tell(TrainingProgressJson.step(progress));
        }
    }

    @Override
    public void close() {
        if (holding != null) {
            holding.close();
        }
    }
}
