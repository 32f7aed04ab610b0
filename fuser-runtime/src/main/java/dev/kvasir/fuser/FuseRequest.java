package dev.kvasir.fuser;

import java.util.ArrayList;
import java.util.List;

/**
 * What the receiver reads, and which stretches of it are fused.
 *
 * @param prompt the receiver's, from the start of the conversation
 * @param sections of the tokens that the receiver's cache does not hold yet; the last one is never fused
 * @param lastLogits for how many of the last tokens logits are wanted, at most the last section's
 */
public record FuseRequest(PromptRows prompt, List<Section> sections, int lastLogits) {

    public FuseRequest {
        sections = List.copyOf(sections);
        if (sections.isEmpty()) {
            throw new IllegalArgumentException("A prompt has at least one section");
        }
        if (lastLogits < 1 || lastLogits > sections.getLast().length()) {
            throw new IllegalArgumentException(
                    "Logits are given for 1 to %d tokens, those of the last section, not for %d"
                            .formatted(sections.getLast().length(), lastLogits));
        }
    }

    /** Logits of the last token only. */
    public FuseRequest(PromptRows prompt, List<Section> sections) {
        this(prompt, sections, 1);
    }

    public static FuseRequest of(AlignedPrompt aligned) {
        return new FuseRequest(PromptRows.of(aligned.receiverIds(), aligned.receiverPads()), aligned.sections());
    }

    /** What the sharer reads of an aligned prompt, of which it needs the first {@link AlignedPrompt#sharerLength()} tokens. */
    public static PromptRows sharerPrompt(AlignedPrompt aligned) {
        return PromptRows.of(aligned.sharerIds(), aligned.sharerPads());
    }

    /** The same without padding at its end, which no logits should come from; at least one token of the last section stays. */
    public FuseRequest withoutTrailingPads() {
        Section last = sections.getLast();
        int pads = Math.min(prompt.trailingPads(), last.length() - 1);
        if (pads == 0) {
            return this;
        }
        List<Section> shorter = new ArrayList<>(sections);
        shorter.set(shorter.size() - 1, new Section(last.length() - pads, last.sharers()));
        return new FuseRequest(
                prompt.first(prompt.length() - pads), shorter, Math.min(lastLogits, last.length() - pads));
    }

    /** Tokens before the last section: what a sharer must have read. */
    public int fusibleLength() {
        return prompt.length() - sections.getLast().length();
    }
}
