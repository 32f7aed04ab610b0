package dev.kvasir.cli;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.cache.CacheFile;
import dev.kvasir.cache.CacheIdentity;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads a text once and keeps its cache. */
@Command(
        name = "save",
        description = "Reads a raw text, without the chat template, and writes its KV cache into a file.",
        mixinStandardHelpOptions = true)
final class CacheSaveCommand implements Runnable {

    private static final double NANOS_PER_MILLI = 1e6;

    @Mixin
    private PromptedModel model = new PromptedModel();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "A safetensors file; replaced if there.")
    private Path out = Path.of("");

    @Option(names = "--codec", description = "none (exact, the default), int8 or int4.")
    private CacheCodec codec = CacheCodec.NONE;

    @Option(
            names = "--salt-file",
            paramLabel = "FILE",
            description = "Holds the tenant's secret, without which the cache is refused.")
    private @Nullable Path saltFile;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        requireWritable();
        ModelArgument argument = model.argument();
        try (Checkpoint checkpoint = Checkpoint.open(argument.path())) {
            List<Integer> ids = model.rawIds(checkpoint);
            int context = checkpoint.config().contextLength();
            if (ids.size() > context) {
                throw new CommandFailedException(
                        ExitCode.REFUSED,
                        "The text has %d tokens, but %s reads at most %d; shorten it."
                                .formatted(ids.size(), argument.name(), context));
            }
            try (LoadedModel loaded = model.load(checkpoint)) {
                Saved saved = save(loaded, argument.path(), ids);
                if (output.isJson()) {
                    output.json(saved);
                } else {
                    output.line(saved.sentence());
                }
            }
        }
    }

    private void requireWritable() {
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(out)) {
            throw new CommandFailedException(
                    ExitCode.NOT_FOUND, "%s is no file in a folder that exists; give --out FILE.".formatted(out));
        }
    }

    private Saved save(LoadedModel loaded, Path files, List<Integer> ids) {
        CacheIdentity identity = CacheIdentity.plain(
                CacheArgument.origin(loaded, files, model.profile(), saltFile), CachedTokens.of(ids));
        try (KvCache cache = loaded.newCache(1, ids.size());
                TensorScope scope = TensorScope.root()) {
            long start = System.nanoTime();
            new Prefill(loaded, () -> false).run(scope, Forward.of(ids, cache));
            double prefillMs = (System.nanoTime() - start) / NANOS_PER_MILLI;
            start = System.nanoTime();
            CacheFile.save(out, cache, identity, codec);
            return saved(prefillMs, (System.nanoTime() - start) / NANOS_PER_MILLI);
        } catch (UncheckedIOException unwritable) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "%s: %s.".formatted(unwritable.getMessage(), unwritable.getCause()), unwritable);
        }
    }

    private Saved saved(double prefillMs, double saveMs) {
        try (CacheFile file = CacheFile.open(out)) {
            return new Saved(
                    out.toString(),
                    file.description().tokens(),
                    codec.text(),
                    Files.size(out),
                    file.description().storedBytes(),
                    file.description().plainBytes(),
                    file.description().identity(),
                    prefillMs,
                    saveMs);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read " + out, unreadable);
        }
    }

    /**
     * What {@code --json} prints.
     *
     * @param storedBytes of keys and values in the file
     * @param plainBytes of keys and values in memory
     */
    record Saved(
            String file,
            int tokens,
            String codec,
            long fileBytes,
            long storedBytes,
            long plainBytes,
            String identity,
            double prefillMs,
            double saveMs) {

        String sentence() {
            return String.format(
                    Locale.ROOT,
                    "%s: %d tokens, codec %s, %s (%s in memory), read in %.0f ms, saved in %.0f ms",
                    file,
                    tokens,
                    codec,
                    Bytes.readable(fileBytes),
                    Bytes.readable(plainBytes),
                    prefillMs,
                    saveMs);
        }
    }
}
