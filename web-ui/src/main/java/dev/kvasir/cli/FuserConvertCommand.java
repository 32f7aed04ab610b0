package dev.kvasir.cli;

import dev.kvasir.fuser.FuserCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a fuser in the other layout, number for number. */
@Command(
        name = "convert",
        description =
                "Writes a fuser in our layout (fuser.safetensors) or as its method's authors publish theirs (.pt).",
        mixinStandardHelpOptions = true)
final class FuserConvertCommand implements Runnable {

    /** Where to. */
    enum Layout {
        SAFETENSORS,
        RELEASED
    }

    @Parameters(paramLabel = "FUSER", description = "A folder, or a name in the store.")
    private String fuser = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "LAYOUT",
            description = "safetensors: ours; released: config.json, and a .json and .pt for each layer fuser.")
    private Layout layout = Layout.SAFETENSORS;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "A folder that is not there yet.")
    private Path out = Path.of("");

    @Option(names = "--allow-pickle", description = "Read the fuser's .pt files.")
    private boolean allowPickle;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (Files.exists(out)) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "%s is there already; name a folder that is not.".formatted(out));
        }
        var numbers = allowPickle ? FuserArgument.Numbers.PICKLED : FuserArgument.Numbers.SAFETENSORS;
        try (FuserCheckpoint checkpoint = FuserArgument.of(fuser).open(numbers)) {
            String digest = checkpoint.digest();
            try {
                write(checkpoint);
                requireSame(digest);
            } catch (RuntimeException | Error fault) {
                delete();
                throw fault;
            }
            Converted converted = new Converted(
                    out.toString(),
                    layout.name().toLowerCase(Locale.ROOT),
                    checkpoint.description().layerFusers().size(),
                    checkpoint.description().parameters(),
                    digest);
            if (output.isJson()) {
                output.json(converted);
            } else {
                output.line(converted.line());
            }
        }
    }

    private void write(FuserCheckpoint checkpoint) {
        switch (layout) {
            case SAFETENSORS -> checkpoint.save(out);
            case RELEASED -> checkpoint.saveReleased(out);
        }
    }

    private void requireSame(String digest) {
        var numbers = layout == Layout.RELEASED ? FuserArgument.Numbers.PICKLED : FuserArgument.Numbers.SAFETENSORS;
        try (FuserCheckpoint written = new FuserArgument(out).open(numbers)) {
            if (!written.digest().equals(digest)) {
                throw new IllegalStateException(
                        "The fuser in %s reads back as %s, not as %s.".formatted(out, written.digest(), digest));
            }
        }
    }

    private void delete() {
        if (!Files.exists(out)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(out)) {
            List<Path> doomed = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : doomed) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove what was written into " + out, e);
        }
    }

    private record Converted(String folder, String layout, int layerFusers, long parameters, String digest) {
        String line() {
            return "%s: %s layout, %d layer fusers, %,d parameters, digest %s"
                    .formatted(folder, layout, layerFusers, parameters, digest);
        }
    }
}
