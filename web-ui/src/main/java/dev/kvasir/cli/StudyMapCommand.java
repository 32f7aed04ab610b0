package dev.kvasir.cli;

import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.study.CacheMap;
import dev.kvasir.study.MapPicture;
import dev.kvasir.study.MapStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Draws caches on a plane. */
@Command(
        name = "map",
        description = "Sharer's, receiver's, projected and fused keys or values of a layer on one plane.",
        mixinStandardHelpOptions = true)
final class StudyMapCommand implements Runnable {

    @Mixin
    private PairOptions team = new PairOptions();

    @Mixin
    private StudyQuiz quiz = new StudyQuiz();

    @Option(names = "--layer", paramLabel = "N", description = "Of the receiver, from 0; 0 if not given.")
    private int layer;

    @Option(names = "--part", description = "keys (the default) or values.")
    private Part part = Part.KEYS;

    @Option(names = "--tokens", paramLabel = "N", description = "Most tokens of each cache; 200 if not given.")
    private int tokens = 200;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the picture goes, or the coordinates: the name ends in .svg or .csv.")
    private @Nullable Path out;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (out != null && !out.toString().endsWith(".svg") && !out.toString().endsWith(".csv")) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "--out ends in .svg or .csv, not as %s does.".formatted(out));
        }
        if (tokens < 1) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "--tokens must be at least 1, not %d.".formatted(tokens));
        }
        List<String> turns = quiz.turns();
        team.with(pair -> {
            CacheMap map = new MapStudy(pair, layer, part, tokens)
                    .run(turns, FusionSettings.TRAINED, StudyQuiz.progress(output, turns.size()));
            if (output.isJson()) {
                output.json(map);
            } else {
                print(map);
            }
            write(map);
        });
    }

    private void print(CacheMap map) {
        output.line(String.format(
                Locale.ROOT,
                "%s of layer %d; the plane holds %.1f %% and %.1f %% of the variance",
                map.part().name().toLowerCase(Locale.ROOT),
                map.layer(),
                100 * map.firstShare(),
                100 * map.secondShare()));
        output.line("cache      tokens  width   length  spread  from receiver's middle  cosine to the receiver's");
        for (CacheMap.Cloud cloud : map.clouds()) {
            Double likeness = cloud.likeness();
            output.line(String.format(
                    Locale.ROOT,
                    "%-9s  %6d  %5d  %7.2f  %6.2f  %22.2f  %24s",
                    cloud.origin().name().toLowerCase(Locale.ROOT),
                    cloud.tokens(),
                    cloud.width(),
                    cloud.length(),
                    cloud.spread(),
                    cloud.away(),
                    likeness == null ? "-" : String.format(Locale.ROOT, "%.3f", likeness)));
        }
    }

    private void write(CacheMap map) {
        if (out == null) {
            return;
        }
        try {
            Files.writeString(out, out.toString().endsWith(".svg") ? MapPicture.svg(map) : MapPicture.csv(map));
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "The map cannot be written to %s: %s".formatted(out, e.getMessage()), e);
        }
        output.progress("Wrote %d points to %s".formatted(map.points().size(), out));
    }
}
