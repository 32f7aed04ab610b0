package dev.kvasir.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What happened to a cache beside being read from its tokens, in order. A cache with a lineage is not the cache of its tokens.
 *
 * @param steps none for a cache as its model computed it
 */
public record Lineage(List<Step> steps) {

    /** As the model computed it. */
    public static final Lineage PLAIN = new Lineage(List.of());

    private static final String NAME = "[A-Za-z0-9.,_-]{1,20000}";
    private static final String HASH = "[0-9a-f]{64}";
    private static final Pattern CODED = Pattern.compile("coded (\\d{1,9}) as (\\w{1,10})");
    private static final Pattern FUSED = Pattern.compile("fused (\\d{1,9}) to (\\d{1,9}) (\\w{1,20}):(.+)");
    private static final Pattern PREPENDED =
            Pattern.compile("prepended (\\d{1,9}) layers (none|\\d{1,4}(?:,\\d{1,4})*) sharer (%s)".formatted(HASH));
    private static final Pattern SHARED =
            Pattern.compile(" fuser (%s) settings (%s) sharer (%s);".formatted(HASH, NAME, HASH));

    /** One thing that was done to a cache. */
    public sealed interface Step {

        /** Positions from 0 to here, at most, were changed. */
        int extent();

        /** As far as it concerns the first {@code count} positions. */
        Optional<Step> first(int count);

        /** On one line. */
        String text();
    }

    /**
     * A section was overwritten with what fusers made of sharers' caches.
     *
     * @param from first position
     * @param to the position behind the last
     * @param order how several sharers come together, such as {@code sequential}
     * @param shared in the order in which they were fused
     */
    public record Fused(int from, int to, String order, List<Shared> shared) implements Step {

        public Fused {
            shared = List.copyOf(shared);
            if (from < 0 || to <= from || shared.isEmpty()) {
                throw new IllegalArgumentException(
                        "A fused section has at least one position and one sharer, not positions %d to %d of %d sharers."
                                .formatted(from, to, shared.size()));
            }
            if (!order.matches("\\w{1,20}")) {
                throw new IllegalArgumentException(
                        "The order of a fused section is one word, not '%s'.".formatted(order));
            }
        }

        @Override
        public int extent() {
            return to;
        }

        @Override
        public Optional<Step> first(int count) {
            return count <= from ? Optional.empty() : Optional.of(new Fused(from, Math.min(to, count), order, shared));
        }

        @Override
        public String text() {
            return "fused %d to %d %s:%s"
                    .formatted(
                            from, to, order, shared.stream().map(Shared::text).collect(Collectors.joining()));
        }
    }

    /**
     * One sharer of a section.
     *
     * @param fuser its digest
     * @param settings what a user had turned, as one word: gates, weight scale, layers
     * @param sharer {@link CacheIdentity#digest()} of the cache that was read
     */
    public record Shared(String fuser, String settings, String sharer) {

        public Shared {
            Sha256.checked("digest of a fuser", fuser);
            Sha256.checked("identity of a sharer's cache", sharer);
            if (!settings.matches(NAME)) {
                throw new IllegalArgumentException(
                        "Settings are letters, digits, '.', ',', '_' and '-', not '%s'.".formatted(settings));
            }
        }

        private String text() {
            return " fuser %s settings %s sharer %s;".formatted(fuser, settings, sharer);
        }
    }

    /**
     * The first positions were rounded by a codec.
     *
     * @param tokens how many
     */
    public record Coded(CacheCodec codec, int tokens) implements Step {

        public Coded {
            if (codec == CacheCodec.NONE || tokens < 1) {
                throw new IllegalArgumentException("A codec that rounds is applied to at least one position.");
            }
        }

        @Override
        public int extent() {
            return tokens;
        }

        @Override
        public Optional<Step> first(int count) {
            return count <= 0 ? Optional.empty() : Optional.of(new Coded(codec, Math.min(tokens, count)));
        }

        @Override
        public String text() {
            return "coded %d as %s".formatted(tokens, codec.text());
        }
    }

    /**
     * The first positions were taken from a sharer's cache, as it read its own tokens: in some layers; the others have blank
     * positions there.
     *
     * @param tokens how many
     * @param layers that were taken, ascending
     * @param sharer {@link CacheIdentity#digest()} of the cache they were taken from
     */
    public record Prepended(int tokens, List<Integer> layers, String sharer) implements Step {

        public Prepended {
            layers = List.copyOf(layers);
            Sha256.checked("identity of a sharer's cache", sharer);
            if (tokens < 1 || !layers.equals(layers.stream().sorted().distinct().toList())) {
                throw new IllegalArgumentException(
                        "At least one position is taken from layers that ascend, not %d from %s."
                                .formatted(tokens, layers));
            }
        }

        @Override
        public int extent() {
            return tokens;
        }

        @Override
        public Optional<Step> first(int count) {
            return count <= 0 ? Optional.empty() : Optional.of(new Prepended(Math.min(tokens, count), layers, sharer));
        }

        @Override
        public String text() {
            String taken = layers.isEmpty()
                    ? "none"
                    : layers.stream().map(String::valueOf).collect(Collectors.joining(","));
            return "prepended %d layers %s sharer %s".formatted(tokens, taken, sharer);
        }
    }

    public Lineage {
        steps = List.copyOf(steps);
    }

    /** This with one thing more. */
    public Lineage with(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Lineage(more);
    }

    /** Of the first {@code count} positions alone. */
    Lineage first(int count) {
        return new Lineage(
                steps.stream().flatMap(step -> step.first(count).stream()).toList());
    }

    public boolean isPlain() {
        return steps.isEmpty();
    }

    /** Positions from 0 to here were changed, or some of them; 0 if none. */
    public int extent() {
        return steps.stream().mapToInt(Step::extent).max().orElse(0);
    }

    /** A line for each step; equal exactly where lineages are. */
    public String text() {
        return steps.stream().map(Step::text).collect(Collectors.joining("\n"));
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static Lineage parse(String text) {
        Lineage lineage = text.isEmpty()
                ? PLAIN
                : new Lineage(
                        Arrays.stream(text.split("\n", -1)).map(Lineage::step).toList());
        if (!lineage.text().equals(text)) {
            throw unknown(text);
        }
        return lineage;
    }

    private static Step step(String line) {
        Matcher coded = CODED.matcher(line);
        if (coded.matches()) {
            CacheCodec codec = CacheCodec.named(coded.group(2)).orElseThrow(() -> unknown(line));
            return new Coded(codec, Integer.parseInt(coded.group(1)));
        }
        Matcher prepended = PREPENDED.matcher(line);
        if (prepended.matches()) {
            List<Integer> layers = prepended.group(2).equals("none")
                    ? List.of()
                    : Arrays.stream(prepended.group(2).split(",", -1))
                            .map(Integer::valueOf)
                            .toList();
            return new Prepended(Integer.parseInt(prepended.group(1)), layers, prepended.group(3));
        }
        Matcher fused = FUSED.matcher(line);
        if (!fused.matches()) {
            throw unknown(line);
        }
        List<Shared> shared = SHARED.matcher(fused.group(4))
                .results()
                .map(found -> new Shared(found.group(1), found.group(2), found.group(3)))
                .toList();
        return new Fused(Integer.parseInt(fused.group(1)), Integer.parseInt(fused.group(2)), fused.group(3), shared);
    }

    private static IllegalArgumentException unknown(String line) {
        return new IllegalArgumentException(
                "'%s' is no step of a cache's lineage".formatted(CacheRefusedException.shown(line)));
    }
}
