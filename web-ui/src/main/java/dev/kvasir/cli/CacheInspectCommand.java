package dev.kvasir.cli;

import dev.kvasir.cache.CacheDescription;
import dev.kvasir.cache.CacheFile;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a cache's file is the cache of. */
@Command(
        name = "inspect",
        description = "Checks a cache's file and shows its model, tokens, codec, sizes, lineage and hashes.",
        mixinStandardHelpOptions = true)
final class CacheInspectCommand implements Runnable {

    @Parameters(paramLabel = "FILE", description = "What cache save has written.")
    private Path file = Path.of("");

    @Option(names = "--ids", description = "Show the tokens' ids, too.")
    private boolean ids;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        try (CacheFile cache = CacheArgument.open(file)) {
            cache.verify();
            Shown shown = Shown.of(cache.description());
            if (output.isJson()) {
                output.json(ids ? new WithIds(shown, cache.tokens().ids()) : shown);
                return;
            }
            print(shown);
            if (ids) {
                output.line("ids             " + cache.tokens().ids());
            }
        }
    }

    private void print(Shown shown) {
        output.line("model           %s, %d layers, %d key-value heads, %d wide"
                .formatted(shown.model(), shown.layers(), shown.kvHeads(), shown.headDim()));
        output.line("computed in     %s, profile %s".formatted(shown.type(), shown.profile()));
        output.line("tokens          %d from position %d".formatted(shown.tokens(), shown.firstPosition()));
        output.line("codec           %s: %s stored, %s in memory"
                .formatted(shown.codec(), Bytes.readable(shown.storedBytes()), Bytes.readable(shown.plainBytes())));
        output.line("rope            " + shown.rope());
        output.line("sliding rope    " + shown.slidingRope());
        output.line("windows         " + shown.windows());
        output.line("lineage         "
                + (shown.lineage().isEmpty() ? "plain" : shown.lineage().replace("\n", ", then ")));
        output.line("weights         " + shown.weights());
        output.line("tokenizer       " + shown.tokenizer());
        output.line("tenant's salt   " + shown.tenant());
        output.line("identity        " + shown.identity());
        output.line("data            %s, as they are".formatted(shown.data()));
    }

    private record WithIds(Shown cache, List<Integer> ids) {}

    /** A cache's file as people and programs read it. */
    private record Shown(
            String model,
            String weights,
            String tokenizer,
            String profile,
            String type,
            int layers,
            int kvHeads,
            int headDim,
            String rope,
            String slidingRope,
            String windows,
            int firstPosition,
            int tokens,
            String codec,
            long storedBytes,
            long plainBytes,
            String lineage,
            String tenant,
            String identity,
            String data) {

        static Shown of(CacheDescription file) {
            return new Shown(
                    file.model(),
                    file.weights(),
                    file.tokenizer(),
                    file.profile(),
                    file.type().name(),
                    file.layers(),
                    file.kvHeads(),
                    file.headDim(),
                    file.rope(),
                    file.slidingRope(),
                    file.windows(),
                    file.firstPosition(),
                    file.tokens(),
                    file.codec().text(),
                    file.storedBytes(),
                    file.plainBytes(),
                    file.lineage().text(),
                    file.tenant(),
                    file.identity(),
                    file.data());
        }
    }
}
