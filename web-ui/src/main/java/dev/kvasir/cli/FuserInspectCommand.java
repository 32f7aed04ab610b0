package dev.kvasir.cli;

import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserDescription;
import dev.kvasir.fuser.FuserEnd;
import dev.kvasir.fuser.FuserInspection;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a fuser is made of. */
@Command(
        name = "inspect",
        description = "Shows a fuser's pair, layers, gates, parameters, mean weights and digest.",
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
        output.line("layers           %d mapped, %d layer fusers"
                .formatted(
                        description.layers().size(), description.layerFusers().size()));
        output.line("parameters       %,d".formatted(inspection.parameters()));
        output.line(String.format(Locale.ROOT, "gates open       %.1f %%", 100 * inspection.gateOpenShare()));
        output.line("digest           " + digest);
        output.line("receiver sharer  key gate    value gate  mean key    mean value");
        for (FuserInspection.Layer layer : inspection.layers()) {
            output.line(String.format(
                    Locale.ROOT,
                    "%8d %6d  %-11s %-11s %-11.4g %-11.4g",
                    layer.receiverLayer(),
                    layer.sharerLayer(),
                    gate(layer.keyGateLogit()),
                    gate(layer.valueGateLogit()),
                    layer.keys().mean(),
                    layer.values().mean()));
        }
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
