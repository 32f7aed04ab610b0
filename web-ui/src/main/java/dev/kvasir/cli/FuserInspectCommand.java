package dev.kvasir.cli;

import dev.kvasir.fuser.Ablation;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserDescription;
import dev.kvasir.fuser.FuserEnd;
import dev.kvasir.fuser.FuserInspection;
import dev.kvasir.fuser.LayerFuserShape;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a fuser is made of. */
@Command(
        name = "inspect",
        description = "Shows a fuser's pair, layers, sizes, gates, parameters, statistics of its weights and digest.",
        mixinStandardHelpOptions = true)
final class FuserInspectCommand implements Runnable {

    @Parameters(paramLabel = "FUSER", description = "A folder, or a name in the store.")
    private String fuser = "";

    @Option(names = "--allow-pickle", description = "Read the fuser's .pt files.")
    private boolean allowPickle;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        var numbers = allowPickle ? FuserArgument.Numbers.PICKLED : FuserArgument.Numbers.SAFETENSORS;
        try (FuserCheckpoint checkpoint = FuserArgument.of(fuser).open(numbers)) {
            FuserInspection inspection = FuserInspection.of(checkpoint);
            if (output.isJson()) {
                output.json(new Shown(inspection, checkpoint.digest()));
            } else {
                print(inspection, checkpoint.digest());
            }
        }
    }

    private record Shown(FuserInspection fuser, String digest) {}

    private void print(FuserInspection inspection, String digest) {
        FuserDescription description = inspection.description();
        output.line("receiver         " + end(description.receiver()));
        output.line("sharer           " + end(description.sharer()));
        output.line("alignment        " + description.alignment().name().toLowerCase(Locale.ROOT));
        output.line("fused            " + description.dial());
        output.line("layers           %d mapped, %d layer fusers"
                .formatted(
                        description.layers().size(), description.layerFusers().size()));
        description.layerFusers().stream().distinct().forEach(shape -> output.line("sizes            " + sizes(shape)));
        output.line("parameters       %,d".formatted(inspection.parameters()));
        output.line(String.format(Locale.ROOT, "gates open       %.1f %%", 100 * inspection.gateOpenShare()));
        output.line("digest           " + digest);
        output.line("                                         keys' weights                    values' weights");
        output.line(
                "receiver sharer  key gate    value gate  mean        deviation  norm      mean        deviation  norm");
        for (FuserInspection.Layer layer : inspection.layers()) {
            output.line("%8d %6d  %-11s %-11s %s %s"
                    .formatted(
                            layer.receiverLayer(),
                            layer.sharerLayer(),
                            gate(layer.keyGateLogit()),
                            gate(layer.valueGateLogit()),
                            numbers(layer.keys()),
                            numbers(layer.values()))
                    .stripTrailing());
        }
    }

    private static String numbers(FuserInspection.Numbers numbers) {
        return String.format(
                Locale.ROOT, "%-11.4g %-10.4g %-9.4g", numbers.mean(), numbers.deviation(), numbers.norm());
    }

    private static String sizes(LayerFuserShape shape) {
        return "hidden %d, intermediate %d, %d layers, %d features in, %d out%s"
                .formatted(
                        shape.hidden(),
                        shape.intermediate(),
                        shape.layers(),
                        shape.inputSize(),
                        shape.outputSize(),
                        shape.ablation() == Ablation.NONE ? "" : ", " + shape.ablation());
    }

    private static String gate(double logit) {
        return String.format(Locale.ROOT, "%s %.3f", logit > 0 ? "open" : "shut", logit);
    }

    private static String end(FuserEnd end) {
        return "%s, %d key-value heads, %d wide%s"
                .formatted(
                        end.model(),
                        end.kvHeads(),
                        end.headDim(),
                        end.digest() == null ? "" : ", digest " + end.digest());
    }
}
