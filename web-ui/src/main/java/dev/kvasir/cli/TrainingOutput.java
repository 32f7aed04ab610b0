package dev.kvasir.cli;

import dev.kvasir.training.TrainingListener;
import dev.kvasir.training.TrainingProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How a training run goes: a bar on a terminal, a line for each step in a pipe. */
final class TrainingOutput implements TrainingListener, AutoCloseable {

    private static final int EVERY = 50;

    private final Output output;
    private final long began = System.nanoTime();
    private int readBefore = -1;
    private String lastMeasured = "";
    private @Nullable ProgressBar bar;

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
        if (output.isInteractive()) {
            draw("reading", " chats", chats, of, "");
            return;
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
        } else if (output.isInteractive()) {
            Double measured = progress.heldOutLoss();
            lastMeasured = measured == null ? lastMeasured : String.format(Locale.ROOT, ", held out %.4f", measured);
            draw("training", " steps", progress.step(), progress.steps(), numbers(progress));
        } else {
            output.line(progress.line());
        }
    }

    private String numbers(TrainingProgress progress) {
        return String.format(
                Locale.ROOT,
                " loss %.4f, %.0f tokens/s, %d s left%s",
                progress.loss(),
                progress.tokensPerSecond(),
                progress.remaining().toSeconds(),
                lastMeasured);
    }

    private void draw(String name, String unit, long at, long of, String numbers) {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(of)
                    .startsFrom(at - 1, Duration.ZERO)
                    .setUnit(unit, 1)
                    .setStyle(ProgressBarStyle.ASCII)
                    .hideEta()
                    .build();
        }
        bar.setExtraMessage(numbers).stepTo(at);
        if (at == of) {
            close();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
