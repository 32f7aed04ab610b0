package dev.kvasir.cli;

import dev.kvasir.decoder.KernelReport;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelStore;
import dev.kvasir.model.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a checkpoint's headers say and which kernels it would take; loads no weights. */
@Command(
        name = "inspect",
        description = "Shows a model's family, sizes, tokenizer, template and digest.",
        mixinStandardHelpOptions = true)
final class ModelsInspectCommand implements Runnable {

    private static final int F32_BYTES = 4;

    @Parameters(paramLabel = "MODEL", description = "A path, or a name in the store.")
    private String model = "";

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        ModelArgument argument = ModelArgument.of(model);
        Inspection found;
        try (Checkpoint checkpoint = Checkpoint.open(argument.path())) {
            found = Inspection.of(argument, checkpoint);
        }
        if (output.isJson()) {
            output.json(found);
            return;
        }
        found.lines().forEach(output::line);
    }

    /**
     * What is shown.
     *
     * @param kvBytesPerToken in f32, as the exact profile caches
     * @param kernels what multiplies matrices here, in either profile
     */
    record Inspection(
            String name,
            String path,
            String digest,
            String family,
            int hiddenSize,
            int layers,
            int heads,
            int kvHeads,
            int headDim,
            int intermediateSize,
            int vocabularySize,
            int contextLength,
            long parameters,
            List<String> storage,
            long kvBytesPerToken,
            List<Integer> endIds,
            KernelReport kernels) {

        static Inspection of(ModelArgument argument, Checkpoint checkpoint) {
            ModelConfig config = checkpoint.config();
            Path path = argument.path().toAbsolutePath().normalize();
            return new Inspection(
                    argument.name(),
                    path.toString(),
                    ModelStore.digest(path),
                    config.family().name().toLowerCase(Locale.ROOT),
                    config.hiddenSize(),
                    config.layers(),
                    config.heads(),
                    config.kvHeads(),
                    config.headDim(),
                    config.intermediateSize(),
                    config.vocabularySize(),
                    config.contextLength(),
                    parameters(checkpoint.weights()),
                    storage(checkpoint.weights()),
                    config.kvBytesPerToken(F32_BYTES),
                    config.endIds(),
                    KernelReport.of(checkpoint));
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("name             " + name);
            lines.add("path             " + path);
            lines.add("digest           " + digest);
            lines.add("family           " + family);
            lines.add("layers           %d, hidden %d, MLP %d".formatted(layers, hiddenSize, intermediateSize));
            lines.add("heads            %d query, %d key-value, %d wide".formatted(heads, kvHeads, headDim));
            lines.add("vocabulary       %d rows".formatted(vocabularySize));
            lines.add("context          %d tokens".formatted(contextLength));
            lines.add("parameters       %,d".formatted(parameters));
            lines.add("stored as        " + String.join(", ", storage));
            lines.add("KV cache         %s per token in f32".formatted(Bytes.readable(kvBytesPerToken)));
            lines.add("end tokens       " + endIds);
            lines.add("exact kernel     " + kernels.exact());
            kernels.fast().forEach((role, chosen) -> lines.add("fast %-11s %s".formatted(role, chosen)));
            kernels.refused().forEach((kernel, why) -> lines.add("not here         %s: %s".formatted(kernel, why)));
            return lines;
        }

        private static long parameters(Weights weights) {
            long parameters = 0;
            for (String name : weights.names()) {
                parameters += weights.shape(name).elements();
            }
            return parameters;
        }

        private static List<String> storage(Weights weights) {
            TreeSet<String> types = new TreeSet<>();
            for (String name : weights.names()) {
                types.add(weights.storedAs(name));
            }
            return List.copyOf(types);
        }
    }
}
