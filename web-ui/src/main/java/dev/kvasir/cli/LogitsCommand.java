package dev.kvasir.cli;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.SafetensorsWriter;
import dev.kvasir.model.StoredType;
import dev.kvasir.model.TensorShape;
import dev.kvasir.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a model computes behind a prompt. */
@Command(
        name = "logits",
        description = "Prints the best next tokens (id token logit logprob), or writes the logits of all positions.",
        mixinStandardHelpOptions = true)
final class LogitsCommand implements Runnable {

    /** Positions whose logits are held at a time. */
    private static final int PIECE = 32;

    @Mixin
    private PromptedModel model = new PromptedModel();

    @Option(names = "--top", paramLabel = "N", description = "How many tokens to print; 10 if not given.")
    private int top = 10;

    @Option(names = "--all", description = "Write the logits of every position to --out.")
    private boolean all;

    @Option(names = "--out", paramLabel = "FILE", description = "A safetensors file: logits [seq, vocabulary] in F32.")
    private @Nullable Path out;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (all != (out != null)) {
            throw new CommandFailedException(ExitCode.WRONG_USAGE, "--all and --out FILE belong together.");
        }
        if (top < 1) {
            throw new CommandFailedException(ExitCode.WRONG_USAGE, "--top must be at least 1, not %d.".formatted(top));
        }
        ModelArgument argument = model.argument();
        try (Checkpoint checkpoint = Checkpoint.open(argument.path())) {
            List<Integer> ids = model.rawIds(checkpoint);
            checkpoint.tokenizer();
            try (LoadedModel loaded = model.load(checkpoint)) {
                print(checkpoint, loaded, ids);
            }
        }
    }

    private void print(Checkpoint checkpoint, LoadedModel loaded, List<Integer> ids) {
        if (out == null) {
            TokenScores.of(lastLogits(loaded, ids), top, checkpoint.tokenizer()).print(output);
            return;
        }
        new SafetensorsWriter()
                .add(
                        "logits",
                        StoredType.F32,
                        TensorShape.of(ids.size(), loaded.config().vocabularySize()),
                        allLogits(loaded, ids))
                .write(out);
        output.progress("Wrote logits [%d, %d] to %s"
                .formatted(ids.size(), loaded.config().vocabularySize(), out));
    }

    static double[] lastLogits(LoadedModel loaded, List<Integer> ids) {
        try (KvCache cache = loaded.newCache(1, ids.size());
                TensorScope scope = TensorScope.root()) {
            return new Prefill(loaded, () -> false)
                    .run(scope, Forward.of(ids, cache))
                    .toDoubles();
        }
    }

    private static ByteBuffer allLogits(LoadedModel loaded, List<Integer> ids) {
        long bytes = (long) ids.size() * loaded.config().vocabularySize() * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new CommandFailedException(
                    ExitCode.REFUSED,
                    "The logits of all %d positions would take %s; at most 2 GiB are written. Give a shorter prompt."
                            .formatted(ids.size(), Bytes.readable(bytes)));
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = buffer.asFloatBuffer();
        try (KvCache cache = loaded.newCache(1, ids.size())) {
            for (int from = 0; from < ids.size(); from += PIECE) {
                List<Integer> piece = ids.subList(from, Math.min(ids.size(), from + PIECE));
                try (TensorScope scope = TensorScope.root()) {
                    for (double logit : loaded.forward(
                                    scope, Forward.of(piece, cache).withAllLogits())
                            .toDoubles()) {
                        floats.put((float) logit);
                    }
                }
            }
        }
        return buffer;
    }
}
