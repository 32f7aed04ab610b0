package dev.kvasir.cli;

import dev.kvasir.cli.FuseTeam.SharingMember;
import dev.kvasir.decoder.Generation;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FusedPrefill;
import dev.kvasir.fuser.FusedPrompt;
import dev.kvasir.fuser.FusionMode;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.Gates;
import dev.kvasir.fuser.PromptRows;
import dev.kvasir.fuser.Section;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.fuser.Sharer;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets a receiver answer with its sharers' caches fused into its own. */
@Command(
        name = "fuse",
        description = "Answers a prompt with sharers' KV caches fused in, or runs raw ids through the same.",
        mixinStandardHelpOptions = true)
final class FuseCommand implements Runnable {

    @Option(
            names = {"-s", "--sharer"},
            required = true,
            paramLabel = "SHARER",
            description = "A model; repeatable.")
    private List<String> sharers = new ArrayList<>();

    @Option(
            names = {"-r", "--receiver"},
            required = true,
            paramLabel = "RECEIVER",
            description = "The model that answers.")
    private String receiver = "";

    @Option(
            names = "--fuser",
            required = true,
            paramLabel = "FUSER",
            description = "A fuser for each sharer, in order.")
    private List<String> fusers = new ArrayList<>();

    @ArgGroup(multiplicity = "1")
    private PromptSource prompt = new PromptSource();

    @Option(names = "--sharer-ids", paramLabel = "IDS", description = "What a sharer reads instead; once for each.")
    private List<String> sharerIds = new ArrayList<>();

    @Option(
            names = "--sections",
            paramLabel = "LENGTH:MASK,...",
            description = "Stretches of the ids and who is fused.")
    private @Nullable String sections;

    @Option(names = "--mode", description = "sequential (the default) or parallel.")
    private FusionMode mode = FusionMode.SEQUENTIAL;

    @Option(names = "--gate", description = "trained (the default), open or closed.")
    private Gates gate = Gates.TRAINED;

    @Option(names = "--logits", description = "With --ids: print the best next tokens.")
    private boolean logits;

    @Option(names = "--top", paramLabel = "N", description = "How many tokens --logits prints; 10 if not given.")
    private int top = 10;

    @Option(names = "--generate", paramLabel = "N", description = "With --ids: print N greedy ids, end tokens ignored.")
    private int generate;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Most tokens of an answer; 256 if not given.")
    private int maxTokens = 256;

    @Option(names = "--compare", description = "Show the receiver alone, TEXT and C2C, with times and bytes.")
    private boolean compare;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Option(names = "--allow-pickle", description = "Read the fusers' .pt files.")
    private boolean allowPickle;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (prompt.hasIds() && !logits && generate < 1) {
            throw new CommandFailedException(ExitCode.WRONG_USAGE, "With --ids give --logits, --generate N or both.");
        }
        if (top < 1 || maxTokens < 1 || generate < 0) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "--top, --max-tokens and --generate count tokens, from 1 up.");
        }
        var numbers = allowPickle ? FuserArgument.Numbers.PICKLED : FuserArgument.Numbers.SAFETENSORS;
        try (FuseTeam team = FuseTeam.load(new FuseTeam.Names(receiver, sharers, fusers, compute, numbers))) {
            if (prompt.hasIds()) {
                runIds(team);
                return;
            }
            FuseAnswers answers = new FuseAnswers(team, prompt.text(), maxTokens, new FusionSettings(gate, 1, null));
            if (compare) {
                answers.compare(output);
            } else {
                answers.fused().print(output);
            }
        }
    }

    private void runIds(FuseTeam team) {
        List<Integer> ids = Pieces.checked(prompt.ids(), team.receiver().checkpoint());
        List<Section> asked = sections == null
                ? FuseSections.allButTheLast(ids.size(), team.sharers().size())
                : FuseSections.parse(sections, ids.size());
        FuseRequest request = new FuseRequest(PromptRows.of(ids), asked);
        List<Sharer> caches = new ArrayList<>();
        try (KvCache cache = team.receiver().model().newCache(1, ids.size() + Math.max(1, generate));
                TensorScope scope = TensorScope.root()) {
            for (int i = 0; i < team.sharers().size(); i++) {
                caches.add(sharer(team.sharers().get(i), sharerIds(team, i, ids), request.fusibleLength()));
            }
            FusedPrompt fused =
                    new FusedPrefill(team.receiver().model(), mode, caches, () -> false).run(scope, request, cache);
            print(team, ids, fused, cache);
        } finally {
            caches.forEach(sharer -> sharer.cache().close());
        }
    }

    private Sharer sharer(SharingMember member, List<Integer> ids, int fusible) {
        SharedCache cache = SharedCache.prefill(member.sharer().model(), PromptRows.of(ids), fusible, () -> false);
        return new Sharer(cache, member.fuser(), new FusionSettings(gate, 1, null));
    }

    private List<Integer> sharerIds(FuseTeam team, int index, List<Integer> receiverIds) {
        if (sharerIds.isEmpty()) {
            return Pieces.checked(
                    receiverIds, team.sharers().get(index).sharer().checkpoint());
        }
        if (sharerIds.size() != team.sharers().size()) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE,
                    "--sharer-ids is given once for each sharer: %d for %d."
                            .formatted(sharerIds.size(), team.sharers().size()));
        }
        List<Integer> ids = parsed(sharerIds.get(index));
        if (ids.size() != receiverIds.size() && ids.size() != receiverIds.size() - 1) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE,
                    "A sharer reads one token for each of the receiver's: %d for %d."
                            .formatted(ids.size(), receiverIds.size()));
        }
        return Pieces.checked(ids, team.sharers().get(index).sharer().checkpoint());
    }

    private static List<Integer> parsed(String list) {
        if (!list.matches("\\d{1,9}(,\\d{1,9})*")) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "--sharer-ids takes ids with commas between, such as 3,17.");
        }
        return Arrays.stream(list.split(",", -1)).map(Integer::valueOf).toList();
    }

    private void print(FuseTeam team, List<Integer> ids, FusedPrompt fused, KvCache cache) {
        if (logits) {
            TokenScores.of(
                            fused.logits().toDoubles(),
                            top,
                            team.receiver().checkpoint().tokenizer())
                    .print(output);
        }
        if (generate > 0) {
            var generator = new Generator(
                    team.receiver().model(), team.receiver().checkpoint().tokenizer());
            Generation generation = generator.generate(
                    GenerationRequest.greedy(ids, generate, List.of()),
                    fused.prefilled(cache),
                    GenerationListener.NONE);
            if (output.isJson()) {
                output.json(new RawAnswer(generation.ids(), generation.text()));
            } else {
                output.line(generation.ids().stream().map(String::valueOf).collect(Collectors.joining(",")));
            }
        }
        output.progress(FuseAnswers.report(fused.report()));
    }

    private record RawAnswer(List<Integer> ids, String text) {}
}
