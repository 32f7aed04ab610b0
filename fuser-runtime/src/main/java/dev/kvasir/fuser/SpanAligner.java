package dev.kvasir.fuser;

import dev.kvasir.fuser.ChatSide.ChatModel;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.TextSpan;
import dev.kvasir.model.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Pairs tokens by the characters they stand for: each model keeps its own tokens and positions, and a receiver's token in a
 * message is paired with the sharer's token that ends over its last character. Our own mode: only a fuser that was trained so
 * fits, for the sharer's keys sit at the sharer's positions.
 */
public final class SpanAligner {

    /** Where no sharer token belongs to a receiver token. */
    public static final int UNPAIRED = -1;

    /**
     * Both prompts, and for each receiver token the index of its sharer token or {@link #UNPAIRED}.
     *
     * @param messages of the receiver's tokens, {@code [start, end)}, in order
     * @param same of the paired receiver tokens, how many have a partner that says the same text
     */
    public record SpanAlignment(
            List<Integer> receiverIds,
            List<Integer> sharerIds,
            List<Integer> partners,
            List<TokenRange> messages,
            int same) {
        public SpanAlignment {
            receiverIds = List.copyOf(receiverIds);
            sharerIds = List.copyOf(sharerIds);
            partners = List.copyOf(partners);
            messages = List.copyOf(messages);
        }

        /** What the models run. */
        public AlignedPrompt prompt() {
            List<Boolean> mask = new ArrayList<>(Collections.nCopies(receiverIds.size(), false));
            for (TokenRange message : messages) {
                Collections.fill(mask.subList(message.start(), message.end()), true);
            }
            long paired =
                    partners.stream().filter(partner -> partner != UNPAIRED).count();
            return new AlignedPrompt(
                    receiverIds,
                    sharerIds,
                    Collections.nCopies(receiverIds.size(), false),
                    Collections.nCopies(sharerIds.size(), false),
                    mask,
                    sections(),
                    partners,
                    paired == 0 ? 1 : (double) same / paired);
        }

        /** Paired stretches are fused, others are not; nor is the last token. */
        public List<Section> sections() {
            List<Section> sections = new ArrayList<>();
            for (int i = 0; i < partners.size(); i++) {
                boolean fused = partners.get(i) != UNPAIRED && i < partners.size() - 1;
                sections.add(fused ? Section.fused(1) : Section.unfused(1));
            }
            return Section.merged(sections);
        }
    }

    /** Tokens from {@code start} to before {@code end}. */
    public record TokenRange(int start, int end) {}

    private final ChatModel receiver;
    private final ChatModel sharer;

    public SpanAligner(
            Tokenizer receiver, ChatTemplate receiverTemplate, Tokenizer sharer, ChatTemplate sharerTemplate) {
        this(new ChatModel(receiver, receiverTemplate), new ChatModel(sharer, sharerTemplate));
    }

    SpanAligner(ChatModel receiver, ChatModel sharer) {
        this.receiver = receiver;
        this.sharer = sharer;
    }

    /**
     * Pairs the tokens of one conversation.
     *
     * @throws AlignmentException if a template does not show a message as it is
     */
    public SpanAlignment align(ChatInput input) {
        ChatSide own = ChatSide.of(receiver, input, ChatAligner.Ending.TEMPLATE);
        ChatSide other = ChatSide.of(sharer, input, ChatAligner.Ending.TEMPLATE);
        List<Integer> partners = new ArrayList<>(Collections.nCopies(own.ids().size(), UNPAIRED));
        for (int i = 0; i < own.messages().size(); i++) {
            pair(own, own.messages().get(i), other, other.messages().get(i), partners);
        }
        List<TokenRange> messages = own.parts().stream()
                .filter(ChatSide.Part::message)
                .map(part -> new TokenRange(part.start(), part.end()))
                .toList();
        return new SpanAlignment(own.ids(), other.ids(), partners, messages, same(own, other, partners));
    }

    private static int same(ChatSide own, ChatSide other, List<Integer> partners) {
        int same = 0;
        for (int token = 0; token < partners.size(); token++) {
            int partner = partners.get(token);
            if (partner != UNPAIRED && own.text(token).equals(other.text(partner))) {
                same++;
            }
        }
        return same;
    }

    private static void pair(
            ChatSide own, TextSpan ownMessage, ChatSide other, TextSpan otherMessage, List<Integer> partners) {
        int partner = 0;
        for (int token = 0; token < own.ids().size(); token++) {
            int last = own.offset(token).end() - 1;
            if (last < ownMessage.start() || last >= ownMessage.end()) {
                continue;
            }
            int character = otherMessage.start() + last - ownMessage.start();
            while (partner < other.ids().size() && other.offset(partner).end() <= character) {
                partner++;
            }
            if (partner < other.ids().size() && character < otherMessage.end()) {
                partners.set(token, partner);
            }
        }
    }
}
