package dev.kvasir.cli;

import dev.kvasir.training.TrainingListener;
import dev.kvasir.training.TrainingProgress;
import java.nio.file.Path;

/** Tells on a terminal how a training run goes. */
final class TrainingOutput implements TrainingListener {

    private static final int EVERY = 50;

    private final Output output;
    private final long began = System.nanoTime();
    private int readBefore = -1;

    TrainingOutput(Output output) {
        this.output = output;
    }

    @Override
    public void caches(Path file, long bytes, boolean there) {
        output.progress(
                there
                        ? "What both models make of the chats lies in %s (%s).".formatted(file, Bytes.readable(bytes))
                        : "Both models read the chats first, once: %s in %s. Other runs over the same chats find it there."
                                .formatted(Bytes.readable(bytes), file));
    }

    @Override
    public void read(int chats, int of) {
        if (readBefore < 0) {
            readBefore = chats - 1;
        }
        if (chats % EVERY == 0 || chats == of) {
            double seconds = (System.nanoTime() - began) / 1e9;
            double left = seconds / (chats - readBefore) * (of - chats);
            output.progress("%d of %d chats read, %.0f s left".formatted(chats, of, left));
        }
    }

    @Override
    public void step(TrainingProgress progress) {
        if (output.isJson()) {
            output.json(progress);
        } else {
            output.line(progress.line());
        }
    }
}
