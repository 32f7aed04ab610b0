package dev.kvasir.cli;

import dev.kvasir.decoder.KernelReport;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelManifest;
import dev.kvasir.model.ModelOrigin;
import dev.kvasir.model.ModelStore;
import dev.kvasir.model.ModelTerms;
import dev.kvasir.model.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

    @Option(names = "--terms", description = "Print the licence and the other terms that were kept with it, whole.")
    private boolean showsTerms;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        ModelArgument argument = ModelArgument.of(model);
        ModelManifest manifest = argument.manifest();
        if (showsTerms) {
            printTerms(manifest);
            return;
        }
        Inspection found;
        try (Checkpoint checkpoint = Checkpoint.open(argument.path())) {
            found = Inspection.of(argument, manifest, checkpoint);
        }
        if (output.isJson()) {
            output.json(found);
            return;
        }
        found.lines().forEach(output::line);
    }

    private void printTerms(ModelManifest manifest) {
        if (output.isJson()) {
            output.json(manifest.terms());
            return;
        }
        if (manifest.terms().documents().isEmpty()) {
            throw new CommandFailedException(
                    ExitCode.NOT_FOUND, "No terms were kept with %s; see where it came from.".formatted(model));
        }
        for (ModelTerms.Document document : manifest.terms().documents()) {
            output.line("==== " + document.file());
            output.line(document.text());
        }
    }

    /**
     * What is shown.
     *
     * @param origin where it was taken from, if it was added or pulled
     * @param licence its id, empty if nobody says
     * @param terms the names of the documents that were kept with it
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
            KernelReport kernels,
            ModelOrigin origin,
            String licence,
            List<String> terms) {

        static Inspection of(ModelArgument argument, ModelManifest manifest, Checkpoint checkpoint) {
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
                    KernelReport.of(checkpoint),
                    manifest.origin(),
                    manifest.terms().licence().isEmpty()
                            ? checkpoint.licence()
                            : manifest.terms().licence(),
                    manifest.terms().documents().stream()
                            .map(ModelTerms.Document::file)
                            .toList());
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
            if (!origin.source().isEmpty()) {
                String commit = origin.commit().isEmpty() ? "" : " at " + origin.commit();
                lines.add("source           " + origin.source() + commit);
            }
            lines.add("licence          " + (licence.isEmpty() ? "not stated" : licence));
            if (!terms.isEmpty()) {
                lines.add("terms            %s; --terms prints them".formatted(String.join(", ", terms)));
            }
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
