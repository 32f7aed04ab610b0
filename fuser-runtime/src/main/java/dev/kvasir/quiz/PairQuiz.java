package dev.kvasir.quiz;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.Generation;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.Generator.Prefilled;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LogLikelihood;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.ChatAligner;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FusedPrefill;
import dev.kvasir.fuser.FusedPrompt;
import dev.kvasir.fuser.FusionMode;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.Gates;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.fuser.Sharer;
import dev.kvasir.model.ChatInput;
import dev.kvasir.torch.TensorScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a pair of models multiple-choice questions in several {@linkplain Arm ways}. A model's choice is the reply that it finds most
 * probable behind the prompt. For one thread at a time.
 */
public final class PairQuiz {

    /** The paper's request for a note (section 4.1, text-to-text), in our words. */
    public static final String NOTE_REQUEST = "In one clear sentence, describe the most essential background knowledge"
            + " needed to answer this question, without solving it: ";

    private final Player receiver;
    private final Player sharer;
    private final LoadedFuser fuser;
    private final Settings settings;
    private final ChatAligner aligner;
    private @Nullable Note note;

    /**
     * How to ask.
     *
     * @param dial which part of the messages is fused
     * @param noteTokens most that a note has
     * @param replyTokens of a greedy reply, for the time it takes; 0 for none
     */
    public record Settings(Asking asking, PartialFusion dial, int noteTokens, int replyTokens) {

        public Settings {
            if (asking == Asking.PLACEMENT && replyTokens == 0) {
                throw new IllegalArgumentException("Where a text is placed is seen in a reply; give it some tokens");
            }
        }
    }

    /** Models and fuser belong to the caller. */
    public PairQuiz(Player receiver, Player sharer, LoadedFuser fuser, Settings settings) {
        this.receiver = receiver;
        this.sharer = sharer;
        this.fuser = fuser;
        this.settings = settings;
        this.aligner = ChatAligner.between(
                receiver.tokenizer(), receiver.template(), sharer.tokenizer(), sharer.template(), fuser.description());
    }

    /**
     * Answers a question in one way.
     *
     * @param other whose sharer's cache {@link Arm#SHUFFLED} takes
     */
    public ArmAnswer answer(Arm arm, Question question, Question other) {
        Clock clock = new Clock();
        return switch (arm) {
            case RECEIVER -> alone(arm, receiver, asked(question), question, clock);
            case SHARER -> alone(arm, sharer, asked(question), question, clock);
            case TEXT -> alone(arm, receiver, noted(question, clock), question, clock);
            case C2C -> fused(arm, asked(question), question, FusionSettings.TRAINED, clock);
            case TEXT_C2C -> fused(arm, noted(question, clock), question, FusionSettings.TRAINED, clock);
            case SHUFFLED -> shuffled(question, other, clock);
            case CLOSED -> fused(arm, asked(question), question, FusionSettings.TRAINED.with(Gates.CLOSED), clock);
        };
    }

    private ChatInput asked(Question question) {
        return ChatInput.prompt(
                List.of(ChatInput.message("user", settings.asking().turn(question))));
    }

    private ChatInput noted(Question question, Clock clock) {
        Note written = note(question);
        clock.count(written);
        return ChatInput.prompt(List.of(
                ChatInput.message("user", NOTE_REQUEST + question.text()),
                ChatInput.message("assistant", written.text().text()),
                ChatInput.message("user", settings.asking().turn(question))));
    }

    /** Written once for the ways that need it, since it would come out the same; its time counts for each of them. */
    private Note note(Question question) {
        Note last = note;
        if (last == null || !last.question().equals(question)) {
            long start = System.nanoTime();
            last = new Note(question, write(question), Duration.ofNanos(System.nanoTime() - start));
            note = last;
        }
        return last;
    }

    private Generation write(Question question) {
        List<Integer> ids =
                sharer.ids(ChatInput.prompt(List.of(ChatInput.message("user", NOTE_REQUEST + question.text()))));
        return new Generator(sharer.model(), sharer.tokenizer())
                .generate(
                        GenerationRequest.greedy(
                                ids,
                                settings.noteTokens(),
                                sharer.checkpoint().config().endIds()),
                        GenerationListener.NONE);
    }

    private ArmAnswer alone(Arm arm, Player player, ChatInput input, Question question, Clock clock) {
        List<Integer> prompt = player.ids(input);
        List<List<Integer>> replies = player.replyIds(settings.asking().replies(question));
        try (KvCache cache = player.model().newCache(1, capacity(prompt, replies));
                TensorScope scope = TensorScope.root()) {
            Prefilled prefilled = new Prefilled(
                    cache, new Prefill(player.model(), () -> false).run(scope, Forward.of(prompt, cache)), List.of());
            return scored(arm, player, new Prompted(question, prompt, prefilled), replies, clock);
        }
    }

    private ArmAnswer fused(Arm arm, ChatInput input, Question question, FusionSettings fusion, Clock clock) {
        AlignedPrompt aligned = aligner.prompt(input);
        try (SharedCache shared = SharedCache.prefill(sharer.model(), aligned, () -> false)) {
            return fused(arm, aligned, new Sharer(shared, fuser, fusion), question, clock);
        }
    }

    /** The other's cache stands in, its last token in the place of the question's last. */
    private ArmAnswer shuffled(Question question, Question other, Clock clock) {
        AlignedPrompt own = aligner.prompt(asked(question));
        AlignedPrompt strange = aligner.prompt(asked(other)).besideTheEndOf(own);
        try (SharedCache shared = SharedCache.prefill(sharer.model(), strange, () -> false)) {
            return fused(Arm.SHUFFLED, own, new Sharer(shared, fuser, FusionSettings.TRAINED), question, clock);
        }
    }

    private ArmAnswer fused(Arm arm, AlignedPrompt aligned, Sharer from, Question question, Clock clock) {
        FuseRequest request = new FuseRequest(
                        FuseRequest.of(aligned).prompt(), settings.dial().apply(aligned.sections()))
                .withoutTrailingPads();
        List<Integer> prompt = request.prompt().ids().getFirst();
        List<List<Integer>> replies = receiver.replyIds(settings.asking().replies(question));
        try (KvCache cache = receiver.model().newCache(1, capacity(prompt, replies));
                TensorScope scope = TensorScope.root()) {
            FusedPrompt fused = new FusedPrefill(receiver.model(), FusionMode.SEQUENTIAL, List.of(from), () -> false)
                    .run(scope, request, cache);
            clock.cacheBytes = fused.report().cacheBytes();
            return scored(arm, receiver, new Prompted(question, prompt, fused.prefilled(cache)), replies, clock);
        }
    }

    private int capacity(List<Integer> prompt, List<List<Integer>> replies) {
        int longest = replies.stream().mapToInt(List::size).max().orElse(0);
        return prompt.size() + Math.max(longest, settings.replyTokens()) + 1;
    }

    private ArmAnswer scored(Arm arm, Player player, Prompted prompted, List<List<Integer>> replies, Clock clock) {
        Duration untilPrompted = clock.lap();
        KvCache cache = prompted.prefilled().cache();
        String reply = "";
        if (settings.replyTokens() > 0) {
            GenerationRequest greedy = GenerationRequest.greedy(
                    prompted.ids(),
                    settings.replyTokens(),
                    player.checkpoint().config().endIds());
            reply = new Generator(player.model(), player.tokenizer())
                    .generate(greedy, prompted.prefilled(), GenerationListener.NONE)
                    .text();
        }
        Duration decode = settings.replyTokens() > 0 ? clock.lap() : Duration.ZERO;
        cache.truncate(prompted.ids().size() - 1);
        List<Double> scores = new ArrayList<>();
        for (LogLikelihood score : LogLikelihood.behind(
                player.model(), prompted.prefilled(), prompted.ids().getLast(), replies)) {
            scores.add(score.sum());
        }
        int chosen = settings.asking().chosen(prompted.question(), scores, reply);
        return new ArmAnswer(arm, chosen, scores, reply, untilPrompted, decode, clock.noteTokens, clock.cacheBytes);
    }

    private record Note(Question question, Generation text, Duration took) {}

    /** A prompt and what was read of it. */
    private record Prompted(Question question, List<Integer> ids, Prefilled prefilled) {}

    /** Time, and what was counted on the way. */
    private static final class Clock {

        private long last = System.nanoTime();
        private int noteTokens;
        private long cacheBytes;

        /** The clock goes on behind the note, as if it had been written just now. */
        void count(Note note) {
            last = System.nanoTime() - note.took().toNanos();
            noteTokens = note.text().ids().size();
        }

        Duration lap() {
            long now = System.nanoTime();
            Duration lap = Duration.ofNanos(now - last);
            last = now;
            return lap;
        }
    }
}
