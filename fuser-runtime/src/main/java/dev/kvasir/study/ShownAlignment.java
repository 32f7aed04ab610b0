package dev.kvasir.study;

import dev.kvasir.fuser.AlignedPosition;
import dev.kvasir.fuser.AlignedPosition.Pairing;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.fuser.ChatAligner;
import dev.kvasir.fuser.ChatAlignment;
import dev.kvasir.fuser.Section;
import dev.kvasir.fuser.SpanAligner;
import dev.kvasir.fuser.SpanAligner.SpanAlignment;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.DecodedSpecials;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a pair reads one user's turn, token by token. No weights are needed, only the models' tokenizers and chat templates. */
public final class ShownAlignment {

    private final Side receiver;
    private final Side sharer;

    /** @throws StudyException if a model has no chat template */
    public ShownAlignment(Checkpoint receiver, Checkpoint sharer) {
        this.receiver = Side.of(receiver);
        this.sharer = Side.of(sharer);
    }

    /** The sharer reads one token for each of the receiver's; in {@link AlignmentMode#SAME_VOCABULARY} the same. */
    public List<AlignedToken> byToken(String turn, AlignmentMode mode) {
        ChatAligner aligner = ChatAligner.between(
                receiver.tokenizer(), receiver.template(), sharer.tokenizer(), sharer.template(), mode);
        if (mode == AlignmentMode.SAME_VOCABULARY) {
            return sameIds(aligner.prompt(input(turn)));
        }
        ChatAlignment alignment = aligner.align(input(turn), ChatAligner.Ending.TEMPLATE);
        Sections sections = new Sections(alignment.prompt().sections());
        List<AlignedToken> tokens = new ArrayList<>();
        for (AlignedPosition at : alignment.positions()) {
            int place = tokens.size();
            tokens.add(new AlignedToken(
                    place,
                    at.receiverId(),
                    at.receiverText(),
                    place,
                    at.sharerId(),
                    at.sharerText(),
                    at.pairing(),
                    sections.at(place),
                    sections.fused(place)));
        }
        return tokens;
    }

    private List<AlignedToken> sameIds(AlignedPrompt prompt) {
        Sections sections = new Sections(prompt.sections());
        List<AlignedToken> tokens = new ArrayList<>();
        for (int id : prompt.receiverIds()) {
            int place = tokens.size();
            String own = receiver.text(id);
            String other = sharer.text(id);
            tokens.add(new AlignedToken(
                    place,
                    id,
                    own,
                    place,
                    id,
                    other,
                    own.equals(other) ? Pairing.SAME : Pairing.PARTIAL,
                    sections.at(place),
                    sections.fused(place)));
        }
        return tokens;
    }

    /** Each model keeps its own tokens; a receiver's token belongs to the sharer's that ends over its last character. */
    public List<AlignedToken> bySpan(String turn) {
        SpanAlignment alignment = new SpanAligner(
                        receiver.tokenizer(), receiver.template(), sharer.tokenizer(), sharer.template())
                .align(input(turn));
        Sections sections = new Sections(alignment.sections());
        List<AlignedToken> tokens = new ArrayList<>();
        for (int place = 0; place < alignment.receiverIds().size(); place++) {
            int id = alignment.receiverIds().get(place);
            int partner = alignment.partners().get(place);
            boolean isPaired = partner != SpanAligner.UNPAIRED;
            Integer sharerId = isPaired ? alignment.sharerIds().get(partner) : null;
            String other = sharerId == null ? "" : sharer.text(sharerId);
            tokens.add(new AlignedToken(
                    place,
                    id,
                    receiver.text(id),
                    isPaired ? partner : null,
                    sharerId,
                    other,
                    pairing(isPaired, receiver.text(id).equals(other)),
                    sections.at(place),
                    sections.fused(place)));
        }
        return tokens;
    }

    private static Pairing pairing(boolean isPaired, boolean isSame) {
        if (!isPaired) {
            return Pairing.TEMPLATE;
        }
        return isSame ? Pairing.SAME : Pairing.PARTIAL;
    }

    private static ChatInput input(String turn) {
        return ChatInput.prompt(List.of(ChatInput.message("user", turn)));
    }

    private record Side(Tokenizer tokenizer, ChatTemplate template) {

        static Side of(Checkpoint checkpoint) {
            ChatTemplate template = checkpoint
                    .chatTemplate()
                    .orElseThrow(() -> new StudyException(
                            "%s has no chat template, by which prompts are aligned. Take an instruction-tuned model."
                                    .formatted(checkpoint.path().getFileName())));
            return new Side(checkpoint.tokenizer(), template);
        }

        String text(int id) {
            return tokenizer.decode(List.of(id), DecodedSpecials.KEEP);
        }
    }

    /** Which section a position is in. */
    private record Sections(List<Section> sections) {

        @Nullable
        Integer at(int position) {
            int end = 0;
            for (int i = 0; i < sections.size(); i++) {
                end += sections.get(i).length();
                if (position < end) {
                    return i;
                }
            }
            return null;
        }

        boolean fused(int position) {
            Integer section = at(position);
            return section != null && sections.get(section).fused();
        }
    }
}
