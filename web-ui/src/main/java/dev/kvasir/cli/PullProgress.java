package dev.kvasir.cli;

import dev.kvasir.hub.HubFile;
import dev.kvasir.hub.PullWatch;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far a pull has come: a bar for each file from 1 MiB on a terminal, in a pipe a line for each file and each tenth of a large one. */
final class PullProgress implements PullWatch, AutoCloseable {

    private static final long DRAWN = 1L << 20;
    private static final long LARGE = 50L << 20;
    private static final int TENTHS = 10;

    private final Output output;
    private String path = "";
    private long tenth = -1;
    private @Nullable ProgressBar bar;

    PullProgress(Output output) {
        this.output = output;
    }

    @Override
    public void reached(HubFile file, long bytes, long size) {
        boolean isNew = !file.path().equals(path);
        path = file.path();
        if (output.isInteractive() && (size < 0 || size >= DRAWN)) {
            draw(file, bytes, size, isNew);
            return;
        }
        long reachedTenth = size <= 0 ? TENTHS : bytes * TENTHS / size;
        if (isNew) {
            endBar();
            output.progress("%s: %s".formatted(path, size < 0 ? "size unknown" : Bytes.readable(size)));
        } else if (size >= LARGE && reachedTenth > tenth) {
            output.progress("%s: %d %%".formatted(path, reachedTenth * TENTHS));
        }
        tenth = reachedTenth;
    }

    private void draw(HubFile file, long bytes, long size, boolean isNew) {
        if (isNew) {
            endBar();
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(file.name())
                    .setInitialMax(size)
                    .startsFrom(bytes, Duration.ZERO)
                    .setUnit(" MiB", 1 << 20)
                    .setStyle(ProgressBarStyle.ASCII)
                    .showSpeed()
                    .build();
        }
        bar.stepTo(bytes);
    }

    @Override
    public void says(String sentence) {
        endBar();
        output.progress(sentence);
    }

    private void endBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        endBar();
    }
}
