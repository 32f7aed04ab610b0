package dev.kvasir.cli;

import dev.kvasir.cache.CacheFile;
import dev.kvasir.cache.CacheOrigin;
import dev.kvasir.cache.RestoredCache;
import dev.kvasir.decoder.FinishReason;
import dev.kvasir.decoder.Generation;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.SamplingSettings;
import dev.kvasir.grammar.TokenGrammar;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets one model answer. */
@Command(
        name = "generate",
        description = "Answers a prompt, or continues a raw text, streaming.",
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Runnable {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    @Mixin
    private PromptedModel model = new PromptedModel();

    @Option(names = "--raw", description = "Continue the text as it is, without the chat template.")
    private boolean raw;

    @Option(
            names = "--cache",
            paramLabel = "FILE",
            description = "Go on behind this cache, which 'cache save' wrote; the prompt is a raw text.")
    private @Nullable Path cache;

    @Option(names = "--salt-file", paramLabel = "FILE", description = "Holds the secret of the cache's tenant.")
    private @Nullable Path saltFile;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Most tokens to generate; 256 if not given.")
    private int maxTokens = 256;

    @Option(names = "--temperature", paramLabel = "T", description = "0 takes the best token, the default.")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Sample among the K best; 0 for all, the default.")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Sample among the best that hold this probability together.")
    private double topP = 1;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same text; 0 if not given.")
    private long seed;

    @ArgGroup
    private ReplyForm form = new ReplyForm();

    @Option(names = "--ignore-end", description = "Go on behind end tokens.")
    private boolean ignoreEnd;

    @Option(names = "--stats", description = "Print times and counts on stderr.")
    private boolean stats;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (saltFile != null && cache == null) {
            throw new CommandFailedException(ExitCode.WRONG_USAGE, "--salt-file goes with --cache FILE.");
        }
        ModelArgument argument = model.argument();
        try (Checkpoint checkpoint = Checkpoint.open(argument.path())) {
            if (cache != null) {
                continueCache(cache, argument.path(), checkpoint);
                return;
            }
            List<Integer> ids = Pieces.checked(promptIds(checkpoint), checkpoint);
            GenerationRequest request = request(checkpoint, ids);
            try (LoadedModel loaded = model.load(checkpoint)) {
                answer(new Generator(loaded, checkpoint.tokenizer()), request);
            }
        }
    }

    private GenerationRequest request(Checkpoint checkpoint, List<Integer> ids) {
        try {
            TokenGrammar grammar = form.grammar(checkpoint.tokenizer());
            return new GenerationRequest(
                    ids,
                    maxTokens,
                    new SamplingSettings(temperature, topK, topP, 0, 1),
                    seed,
                    ignoreEnd ? List.of() : checkpoint.config().endIds(),
                    List.of(),
                    grammar);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(ExitCode.WRONG_USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private List<Integer> promptIds(Checkpoint checkpoint) {
        PromptSource prompt = model.prompt();
        if (prompt.hasIds()) {
            return prompt.ids();
        }
        return raw ? Pieces.rawIds(checkpoint, prompt.text()) : Pieces.chatIds(checkpoint, prompt.text());
    }

    private void answer(Generator generator, GenerationRequest request) {
        var watch = new Watch();
        Generation generation = generator.generate(request, watch);
        show(watch.answer(request, 0, generation));
        requireWhole(request, generation);
    }

    private static void requireWhole(GenerationRequest request, Generation generation) {
        boolean isWhole =
                generation.reason() == FinishReason.COMPLETE || generation.reason() == FinishReason.STOP_TOKEN;
        if (request.grammar() != null && !isWhole) {
            throw new CommandFailedException(
                    ExitCode.NO,
                    "The reply ended after %d tokens, before its JSON was whole. Raise --max-tokens, or ask for less."
                            .formatted(generation.ids().size()));
        }
    }

    private void continueCache(Path file, Path modelFiles, Checkpoint checkpoint) {
        PromptSource prompt = model.prompt();
        List<Integer> more = Pieces.checked(
                prompt.hasIds() ? prompt.ids() : Pieces.continuationIds(checkpoint, prompt.text()), checkpoint);
        try (CacheFile stored = CacheArgument.open(file)) {
            List<Integer> all = new ArrayList<>(stored.tokens().ids());
            all.addAll(more);
            GenerationRequest request = request(checkpoint, all);
            int capacity = capacity(all.size(), checkpoint.config().contextLength());
            try (LoadedModel loaded = model.load(checkpoint)) {
                CacheOrigin origin = CacheArgument.origin(loaded, modelFiles, model.profile(), saltFile);
                var watch = new Watch();
                try (RestoredCache restored = stored.restore(loaded, origin, capacity);
                        TensorScope scope = TensorScope.root()) {
                    Generator.Prefilled prefilled = restored.read(scope, loaded, more, watch::cancelled);
                    Generation generation =
                            new Generator(loaded, checkpoint.tokenizer()).generate(request, prefilled, watch);
                    show(watch.answer(request, all.size() - more.size(), generation));
                    requireWhole(request, generation);
                }
            }
        }
    }

    private int capacity(int tokens, int context) {
        if (tokens > context) {
            throw new CommandFailedException(
                    ExitCode.REFUSED,
                    "Cache and prompt have %d tokens, but the model reads at most %d; shorten the prompt."
                            .formatted(tokens, context));
        }
        return (int) Math.min(context, (long) tokens + maxTokens);
    }

    private void show(Answer answer) {
        if (output.isJson()) {
            output.json(answer);
        } else {
            output.line("");
        }
        if (stats) {
            System.err.println(answer.statistics());
        }
    }

    /** What {@code --json} prints and {@code --stats} sums up. */
    record Answer(
            String text,
            List<Integer> ids,
            String finishReason,
            int promptTokens,
            int cachedTokens,
            int generatedTokens,
            double firstTokenMs,
            double totalMs,
            double tokensPerSecond) {

        String statistics() {
            return String.format(
                    Locale.ROOT,
                    "prompt %d tokens, %d of them cached, generated %d, first token %.0f ms, total %.0f ms, %.1f tokens/s, %s",
                    promptTokens,
                    cachedTokens,
                    generatedTokens,
                    firstTokenMs,
                    totalMs,
                    tokensPerSecond,
                    finishReason);
        }
    }

    /** Prints the text as it comes and notes when. */
    private final class Watch implements GenerationListener {

        private final long start = System.nanoTime();
        private @Nullable Long first;

        @Override
        public void token(int row, int id) {
            if (first == null) {
                first = System.nanoTime();
            }
        }

        @Override
        public void text(int row, String delta) {
            if (!output.isJson()) {
                output.part(delta);
            }
        }

        Answer answer(GenerationRequest request, int cachedTokens, Generation generation) {
            long end = System.nanoTime();
            long firstToken = first == null ? end : first;
            int later = generation.ids().size() - 1;
            return new Answer(
                    generation.text(),
                    generation.ids(),
                    generation.reason().name().toLowerCase(Locale.ROOT),
                    request.prompt().size(),
                    cachedTokens,
                    generation.ids().size(),
                    (firstToken - start) / NANOS_PER_MILLI,
                    (end - start) / NANOS_PER_MILLI,
                    later < 1 ? 0 : later * NANOS_PER_SECOND / (end - firstToken));
        }
    }
}
