package dev.kvasir.cli;

import dev.kvasir.cli.FuseTeam.Member;
import dev.kvasir.cli.FuseTeam.SharingMember;
import dev.kvasir.decoder.Generation;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.fuser.ChatAligner;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FusedPrefill;
import dev.kvasir.fuser.FusedPrompt;
import dev.kvasir.fuser.FusionMode;
import dev.kvasir.fuser.FusionReport;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.fuser.Sharer;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.quiz.PairQuiz;
import dev.kvasir.torch.TensorScope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One question, answered by a receiver alone, with its first sharer's text, and with its sharers' caches. */
final class FuseAnswers {

    private static final double NANOS_PER_MILLI = 1e6;

    private final FuseTeam team;
    private final String question;
    private final int maxTokens;
    private final FusionSettings settings;

    FuseAnswers(FuseTeam team, String question, int maxTokens, FusionSettings settings) {
        this.team = team;
        this.question = question;
        this.maxTokens = maxTokens;
        this.settings = settings;
    }

    /**
     * An answer and what it took.
     *
     * @param mode {@code ALONE}, {@code TEXT} or {@code C2C}
     * @param ms from the question to the last token
     * @param bytes that went from the sharers to the receiver
     * @param fusion how the fusing went; empty if nothing was fused
     */
    record Answer(String mode, String text, List<Integer> ids, double ms, long bytes, String fusion) {

        void print(Output output) {
            if (output.isJson()) {
                output.json(this);
                return;
            }
            output.line(text);
            output.progress(fusion);
        }

        String heading() {
            return String.format(
                    Locale.ROOT, "%s  %.0f ms, %d tokens, %s shared", mode, ms, ids.size(), Bytes.readable(bytes));
        }
    }

    void compare(Output output) {
        for (Answer answer : List.of(alone(), text(), fused())) {
            if (output.isJson()) {
                output.json(answer);
            } else {
                output.line(answer.heading());
                output.line(answer.text());
                output.line("");
            }
        }
    }

    private Answer alone() {
        long start = System.nanoTime();
        Generation reply = reply(team.receiver(), conversation(question));
        return new Answer("ALONE", reply.text(), reply.ids(), millisSince(start), 0, "");
    }

    /** The sharer is asked for background, and the receiver reads its answer before the question. */
    private Answer text() {
        long start = System.nanoTime();
        Member sharer = team.sharers().getFirst().sharer();
        Generation background = reply(sharer, conversation(PairQuiz.NOTE_REQUEST + question));
        Generation reply = reply(
                team.receiver(),
                ChatInput.prompt(List.of(
                        ChatInput.message("user", PairQuiz.NOTE_REQUEST + question),
                        ChatInput.message("assistant", background.text()),
                        ChatInput.message("user", question))));
        long bytes = background.text().getBytes(StandardCharsets.UTF_8).length;
        return new Answer("TEXT", reply.text(), reply.ids(), millisSince(start), bytes, "");
    }

    private Generation reply(Member member, ChatInput input) {
        List<Integer> ids = member.checkpoint()
                .tokenizer()
                .encode(template(member).prompt(input), Tokenizer.SpecialTokens.OMIT)
                .ids();
        return new Generator(member.model(), member.checkpoint().tokenizer())
                .generate(greedy(member, ids), GenerationListener.NONE);
    }

    private GenerationRequest greedy(Member member, List<Integer> ids) {
        return GenerationRequest.greedy(
                ids, maxTokens, member.checkpoint().config().endIds());
    }

    Answer fused() {
        long start = System.nanoTime();
        List<AlignedPrompt> prompts = team.sharers().stream().map(this::aligned).toList();
        FuseRequest request = request(prompts);
        List<Sharer> sharers = new ArrayList<>();
        int capacity = request.prompt().length() + maxTokens;
        try (KvCache cache = team.receiver().model().newCache(1, capacity);
                TensorScope scope = TensorScope.root()) {
            for (int i = 0; i < prompts.size(); i++) {
                sharers.add(sharer(team.sharers().get(i), prompts.get(i)));
            }
            FusedPrompt fused = new FusedPrefill(team.receiver().model(), FusionMode.SEQUENTIAL, sharers, () -> false)
                    .run(scope, request, cache);
            List<Integer> ids = request.prompt().ids().getFirst();
            Generation reply = new Generator(
                            team.receiver().model(),
                            team.receiver().checkpoint().tokenizer())
                    .generate(greedy(team.receiver(), ids), fused.prefilled(cache), GenerationListener.NONE);
            return new Answer(
                    "C2C",
                    reply.text(),
                    reply.ids(),
                    millisSince(start),
                    fused.report().cacheBytes(),
                    report(fused.report()));
        } finally {
            sharers.forEach(sharer -> sharer.cache().close());
        }
    }

    private FuseRequest request(List<AlignedPrompt> prompts) {
        AlignedPrompt first = prompts.getFirst();
        if (prompts.size() == 1) {
            return FuseRequest.of(first).withoutTrailingPads();
        }
        for (SharingMember sharer : team.sharers()) {
            if (sharer.fuser().description().alignment() != AlignmentMode.SAME_VOCABULARY) {
                throw new CommandFailedException(
                        ExitCode.REFUSED,
                        "Several sharers answer a text only where all share the receiver's vocabulary; give --ids.");
            }
        }
        FuseRequest one = FuseRequest.of(first);
        return new FuseRequest(one.prompt(), FuseSections.allButTheLast(first.length(), prompts.size()));
    }

    private AlignedPrompt aligned(SharingMember member) {
        return ChatAligner.between(
                        team.receiver().checkpoint().tokenizer(),
                        template(team.receiver()),
                        member.sharer().checkpoint().tokenizer(),
                        template(member.sharer()),
                        member.fuser().description())
                .prompt(conversation(question));
    }

    private Sharer sharer(SharingMember member, AlignedPrompt prompt) {
        SharedCache cache = SharedCache.prefill(member.sharer().model(), prompt, () -> false);
        return new Sharer(cache, member.fuser(), settings);
    }

    private static ChatInput conversation(String text) {
        return ChatInput.prompt(List.of(ChatInput.message("user", text)));
    }

    private static ChatTemplate template(Member member) {
        return member.checkpoint()
                .chatTemplate()
                .orElseThrow(() -> new CommandFailedException(
                        ExitCode.REFUSED,
                        "Model %s has no chat template; give --ids instead of a text."
                                .formatted(member.model().name())));
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    static String report(FusionReport report) {
        return String.format(
                Locale.ROOT,
                "fused %d positions, gates open %.0f %%, mean weight %.3f of keys and %.3f of values, %s read;"
                        + " prefill %d ms, project %d ms, fuse %d ms, copy %d ms",
                report.fusedPositions(),
                100 * report.gateOpenShare(),
                report.meanKeyWeight(),
                report.meanValueWeight(),
                Bytes.readable(report.cacheBytes()),
                report.prefill().toMillis(),
                report.project().toMillis(),
                report.fuse().toMillis(),
                report.copy().toMillis());
    }
}
