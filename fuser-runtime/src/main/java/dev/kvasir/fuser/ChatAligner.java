package dev.kvasir.fuser;

import dev.kvasir.fuser.AlignedPosition.Pairing;
import dev.kvasir.fuser.ChatSide.ChatModel;
import dev.kvasir.fuser.ChatSide.Part;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays a conversation side by side as a receiver and a sharer read it. Each uses its own chat template; in messages the sharer
 * reads one token for each of the receiver's; in between the shorter side is padded. Safe for use by several threads.
 */
public final class ChatAligner {

    /** Where a conversation ends. */
    public enum Ending {
        /** Where the template ends it. */
        TEMPLATE,
        /** Behind the last message's content: for training on a reply. */
        LAST_MESSAGE
    }

    private final ChatModel receiver;
    private final ChatModel sharer;
    private final AlignmentMode mode;
    private final PartialFusion dial;
    private final TokenAlignment tokens;

    /** The aligner of a pair and its fuser: tokens meet, and are fused, as they were in its training. */
    public static ChatAligner between(
            Tokenizer receiver,
            ChatTemplate receiverTemplate,
            Tokenizer sharer,
            ChatTemplate sharerTemplate,
            FuserDescription fuser) {
        return new ChatAligner(
                new ChatModel(receiver, receiverTemplate),
                new ChatModel(sharer, sharerTemplate),
                fuser.alignment(),
                fuser.dial());
    }

    /** The aligner of a pair; in mode {@link AlignmentMode#SAME_VOCABULARY} the sharer's template is not used. */
    public static ChatAligner between(
            Tokenizer receiver,
            ChatTemplate receiverTemplate,
            Tokenizer sharer,
            ChatTemplate sharerTemplate,
            AlignmentMode mode) {
        return new ChatAligner(
                new ChatModel(receiver, receiverTemplate),
                new ChatModel(sharer, sharerTemplate),
                mode,
                PartialFusion.ALL);
    }

    private ChatAligner(ChatModel receiver, ChatModel sharer, AlignmentMode mode, PartialFusion dial) {
        this.receiver = receiver;
        this.sharer = sharer;
        this.mode = mode;
        this.dial = dial;
        this.tokens = new TokenAlignment(receiver.tokenizer(), sharer.tokenizer(), mode);
    }

    /** What the two models run, messages fused; see {@link #prompt(ChatInput, FusedSections)}. */
    public AlignedPrompt prompt(ChatInput input) {
        return prompt(input, FusedSections.MESSAGES);
    }

    /**
     * What the two models run.
     *
     * @param fused which stretches are fused; models of one vocabulary fuse everything anyway
     * @throws AlignmentException if the templates do not show the same messages
     * @throws dev.kvasir.model.ChatTemplateException if a template refuses the conversation
     */
    public AlignedPrompt prompt(ChatInput input, FusedSections fused) {
        return whole(input, fused).dialled(dial);
    }

    private AlignedPrompt whole(ChatInput input, FusedSections fused) {
        return switch (mode) {
            case SAME_VOCABULARY ->
                AlignedPrompt.sameVocabulary(
                        ChatSide.of(receiver, input, Ending.TEMPLATE).ids());
            case FIRST, LONGEST -> align(input, Ending.TEMPLATE).prompt(fused);
            case SPAN -> spans(input, fused);
        };
    }

    private AlignedPrompt spans(ChatInput input, FusedSections fused) {
        if (fused == FusedSections.ALL) {
            throw new AlignmentException(
                    "Alignment by spans pairs the tokens of messages only. Fuse message sections.");
        }
        return new SpanAligner(receiver, sharer).align(input).prompt();
    }

    /**
     * Position by position, padding at the end included.
     *
     * @throws AlignmentException if the templates do not show the same messages
     * @throws dev.kvasir.model.ChatTemplateException if a template refuses the conversation
     */
    public ChatAlignment align(ChatInput input, Ending ending) {
        ChatSide own = ChatSide.of(receiver, input, ending);
        ChatSide other = ChatSide.of(sharer, input, ending);
        requireSameParts(own, other);
        List<AlignedPosition> positions = new ArrayList<>();
        List<ChatAlignment.Stretch> stretches = new ArrayList<>();
        for (int i = 0; i < own.parts().size(); i++) {
            Part part = own.parts().get(i);
            int start = positions.size();
            if (part.message()) {
                addMessage(ids(own, part), positions);
            } else {
                addTemplate(ids(own, part), ids(other, other.parts().get(i)), positions);
            }
            stretches.add(new ChatAlignment.Stretch(part.message(), start, positions.size()));
        }
        return new ChatAlignment(own.text(), other.text(), stretches, positions);
    }

    private static void requireSameParts(ChatSide own, ChatSide other) {
        List<Boolean> ownKinds = own.parts().stream().map(Part::message).toList();
        List<Boolean> otherKinds = other.parts().stream().map(Part::message).toList();
        if (!ownKinds.equals(otherKinds)) {
            throw new AlignmentException(
                    "The receiver's template makes %d stretches of the conversation, the sharer's %d."
                            .formatted(ownKinds.size(), otherKinds.size()));
        }
    }

    private static List<Integer> ids(ChatSide side, Part part) {
        return side.ids().subList(part.start(), part.end());
    }

    private void addMessage(List<Integer> receiverIds, List<AlignedPosition> positions) {
        for (int id : receiverIds) {
            positions.add(position(id, tokens.sharerId(id), tokens.same(id) ? Pairing.SAME : Pairing.PARTIAL));
        }
    }

    private void addTemplate(List<Integer> receiverIds, List<Integer> sharerIds, List<AlignedPosition> positions) {
        int receiverPad = pad(receiver.tokenizer());
        int sharerPad = pad(sharer.tokenizer());
        for (int i = 0; i < Math.max(receiverIds.size(), sharerIds.size()); i++) {
            if (i >= receiverIds.size()) {
                positions.add(position(receiverPad, sharerIds.get(i), Pairing.RECEIVER_PADDED));
            } else if (i >= sharerIds.size()) {
                positions.add(position(receiverIds.get(i), sharerPad, Pairing.SHARER_PADDED));
            } else {
                positions.add(position(receiverIds.get(i), sharerIds.get(i), Pairing.TEMPLATE));
            }
        }
    }

    private static int pad(Tokenizer tokenizer) {
        return tokenizer.specialIds().padOrEos().orElse(0);
    }

    private AlignedPosition position(int receiverId, int sharerId, Pairing pairing) {
        return new AlignedPosition(
                receiverId, tokens.receiverText(receiverId), sharerId, tokens.sharerText(sharerId), pairing);
    }
}
