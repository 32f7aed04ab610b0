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
     */
    public record SpanAlignment(List<Integer> receiverIds, List<Integer> sharerIds, List<Integer> partners) {
        public SpanAlignment {
            receiverIds = List.copyOf(receiverIds);
            sharerIds = List.copyOf(sharerIds);
            partners = List.copyOf(partners);
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

    private final ChatModel receiver;
    private final ChatModel sharer;

    public SpanAligner(
            Tokenizer receiver, ChatTemplate receiverTemplate, Tokenizer sharer, ChatTemplate sharerTemplate) {
        this.receiver = new ChatModel(receiver, receiverTemplate);
        this.sharer = new ChatModel(sharer, sharerTemplate);
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
        return new SpanAlignment(own.ids(), other.ids(), partners);
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
