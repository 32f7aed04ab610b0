package dev.kvasir.cli;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.wire.WirePolicy;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a cache goes through before it leaves its sharer. Mixed into commands that let one cross. */
final class WireOptions {

    private static final Pattern RANGE = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");

    @Option(
            names = "--layers",
            paramLabel = "LIST",
            description = "The sharer's layers that leave it, such as 8-23 or 0,4,8-11; all if not given.")
    private @Nullable String layers;

    @Option(
            names = "--noise",
            paramLabel = "S",
            description = "Noise added to what leaves, in standard deviations of each channel; 0 if not given.")
    private double noise;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "In which it leaves: none (the default), int8 or int4.")
    private String codec = "none";

    WirePolicy policy() {
        if (!(noise >= 0 && noise <= WirePolicy.MOST_NOISE)) {
            throw wrong("--noise must be between 0 and 10, not %s.".formatted(noise));
        }
        CacheCodec named = CacheCodec.named(codec)
                .orElseThrow(() -> wrong("--codec is none, int8 or int4, not '%s'.".formatted(codec)));
        return new WirePolicy(named, layers == null ? null : numbers(layers), noise);
    }

    private static List<Integer> numbers(String text) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                throw wrong("--layers is a list such as 0,4,8-11, not '%s'.".formatted(text));
            }
            int from = Integer.parseInt(range.group(1));
            int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
            IntStream.rangeClosed(from, to).forEach(numbers::add);
        }
        return List.copyOf(numbers);
    }

    private static CommandFailedException wrong(String sentence) {
        return new CommandFailedException(ExitCode.WRONG_USAGE, sentence);
    }
}
