package dev.kvasir.training;

import dev.kvasir.fuser.AlignedPosition;
import dev.kvasir.fuser.AlignedPosition.Pairing;
import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.fuser.ChatAligner;
import dev.kvasir.fuser.ChatAlignment;
import dev.kvasir.fuser.ChatAlignment.Stretch;
import dev.kvasir.fuser.SpanAligner;
import dev.kvasir.fuser.SpanAligner.SpanAlignment;
import dev.kvasir.fuser.SpanAligner.TokenRange;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import dev.kvasir.training.TrainingSample.SampleSection;
import dev.kvasir.training.TrainingSample.TokenRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns chats into samples: the last message is learnt, what stands before it is read.
 *
 * <p>Aligned pairs fuse message sections; pairs of one vocabulary fuse all of the prompt but its last token.
 */
final class ChatSamples {

    private final Side receiver;
    private final AlignmentMode mode;
    private final ChatAligner aligner;
    private final SpanAligner spans;

    ChatSamples(Side receiver, Side sharer, AlignmentMode mode) {
        this.receiver = receiver;
        this.mode = mode;
        this.spans = new SpanAligner(receiver.tokenizer(), receiver.template(), sharer.tokenizer(), sharer.template());
        this.aligner = ChatAligner.between(
                receiver.tokenizer(), receiver.template(), sharer.tokenizer(), sharer.template(), mode);
    }

    /** What the receiver's rows are padded with. */
    int pad() {
        return receiver.tokenizer().specialIds().padOrEos().orElse(0);
    }

    TrainingSample of(ChatInput chat) {
        return switch (mode) {
            case SAME_VOCABULARY -> shared(chat);
            case FIRST, LONGEST -> aligned(aligner.align(chat, ChatAligner.Ending.TEMPLATE));
            case SPAN -> spanned(spans.align(chat));
        };
    }

    /** The last section holds the template before the last message, the message, and what closes it. */
    private static TrainingSample aligned(ChatAlignment alignment) {
        List<Stretch> stretches = alignment.stretches();
        int reply = stretches.size() - 1;
        while (reply > 0 && !stretches.get(reply).message()) {
            reply--;
        }
        int first = reply > 0 && !stretches.get(reply - 1).message() ? reply - 1 : reply;
        List<SampleSection> sections = new ArrayList<>();
        for (Stretch stretch : stretches.subList(0, first)) {
            sections.add(new SampleSection(stretch.length(), stretch.message()));
        }
        int length = alignment.positions().size() - alignment.receiverTrailingPads();
        sections.add(new SampleSection(length - stretches.get(first).start(), false));
        List<AlignedPosition> positions = alignment.positions().subList(0, length);
        return TrainingSample.placeByPlace(
                new TokenRow(
                        positions.stream().map(AlignedPosition::receiverId).toList(),
                        positions.stream()
                                .map(at -> at.pairing() != Pairing.RECEIVER_PADDED)
                                .toList()),
                new TokenRow(
                        positions.stream().map(AlignedPosition::sharerId).toList(),
                        positions.stream()
                                .map(at -> at.pairing() != Pairing.SHARER_PADDED)
                                .toList()),
                labels(positions, stretches.get(reply).start()),
                sections);
    }

    private static List<Integer> labels(List<AlignedPosition> positions, int from) {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < positions.size(); i++) {
            AlignedPosition at = positions.get(i);
            labels.add(i < from || at.pairing() == Pairing.RECEIVER_PADDED ? TrainingSample.IGNORED : at.receiverId());
        }
        return labels;
    }

    /** Like an aligned one, but each model keeps its own tokens. */
    private static TrainingSample spanned(SpanAlignment alignment) {
        int length = alignment.receiverIds().size();
        TokenRange reply = alignment.messages().getLast();
        int last = alignment.messages().size() == 1
                ? 0
                : alignment.messages().get(alignment.messages().size() - 2).end();
        List<SampleSection> sections = new ArrayList<>();
        for (int start = 0; start < last; ) {
            boolean fused = alignment.partners().get(start) != SpanAligner.UNPAIRED;
            int end = start;
            while (end < last && fused == (alignment.partners().get(end) != SpanAligner.UNPAIRED)) {
                end++;
            }
            sections.add(new SampleSection(end - start, fused));
            start = end;
        }
        sections.add(new SampleSection(length - last, false));
        List<Integer> labels = new ArrayList<>(Collections.nCopies(reply.start(), TrainingSample.IGNORED));
        labels.addAll(alignment.receiverIds().subList(reply.start(), length));
        return new TrainingSample(
                new TokenRow(alignment.receiverIds(), Collections.nCopies(length, true)),
                new TokenRow(
                        alignment.sharerIds(),
                        Collections.nCopies(alignment.sharerIds().size(), true)),
                alignment.partners(),
                labels,
                sections);
    }

    private TrainingSample shared(ChatInput chat) {
        List<Map<String, @Nullable Object>> messages = chat.messages();
        List<Integer> prompt =
                ids(new ChatInput(messages.subList(0, messages.size() - 1), null, true, chat.variables()));
        List<Integer> whole = ids(chat);
        int asked = replyStart(prompt, whole);
        List<Integer> labels = new ArrayList<>(Collections.nCopies(asked, TrainingSample.IGNORED));
        labels.addAll(whole.subList(asked, whole.size()));
        TokenRow row = new TokenRow(whole, Collections.nCopies(whole.size(), true));
        List<SampleSection> sections =
                List.of(new SampleSection(asked - 1, true), new SampleSection(whole.size() - asked + 1, false));
        return TrainingSample.placeByPlace(row, row, labels, sections);
    }

    /** Where the reply starts: behind the prompt, or where the finished chat parts from it. */
    private static int replyStart(List<Integer> prompt, List<Integer> whole) {
        int same = 0;
        while (same < Math.min(prompt.size(), whole.size()) && prompt.get(same).equals(whole.get(same))) {
            same++;
        }
        return Math.max(same, 2);
    }

    private List<Integer> ids(ChatInput input) {
        return receiver.tokenizer()
                .encode(receiver.template().prompt(input), SpecialTokens.OMIT)
                .ids();
    }

    /** One model's way with text. */
    record Side(Tokenizer tokenizer, ChatTemplate template) {}
}
