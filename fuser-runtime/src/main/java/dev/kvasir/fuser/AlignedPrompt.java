package dev.kvasir.fuser;

import java.util.List;

/**
 * One conversation as a receiver and a sharer read it, token for token: position {@code i} of both means the same.
 *
 * <p>Both run with positions 0, 1, 2, ... and their own padding masks. The last section is never fused and the sharer does
 * not run it; the receiver's last token is a real one, so its logits start the answer.
 *
 * @param receiverIds the receiver's tokens; as many as the sections hold
 * @param sharerIds the sharer's tokens; as many as the receiver's
 * @param receiverPads true where the receiver has a padding token
 * @param sharerPads true where the sharer has a padding token
 * @param messages true where a message's content stands, false in the template's text
 * @param sections stretches in order; their lengths sum to the prompt
 * @param alignedShare of the receiver's real tokens in fused sections, the share whose sharer token says the same text;
 *     1 if nothing is fused
 */
public record AlignedPrompt(
        List<Integer> receiverIds,
        List<Integer> sharerIds,
        List<Boolean> receiverPads,
        List<Boolean> sharerPads,
        List<Boolean> messages,
        List<Section> sections,
        double alignedShare) {

    public AlignedPrompt {
        receiverIds = List.copyOf(receiverIds);
        sharerIds = List.copyOf(sharerIds);
        receiverPads = List.copyOf(receiverPads);
        sharerPads = List.copyOf(sharerPads);
        messages = List.copyOf(messages);
        sections = List.copyOf(sections);
        int length = receiverIds.size();
        int covered = sections.stream().mapToInt(Section::length).sum();
        if (sharerIds.size() != length
                || receiverPads.size() != length
                || sharerPads.size() != length
                || messages.size() != length
                || covered != length) {
            throw new IllegalArgumentException(
                    "Aligned lists have one length: receiver %d, sharer %d, pads %d and %d, messages %d, sections %d"
                            .formatted(
                                    length,
                                    sharerIds.size(),
                                    receiverPads.size(),
                                    sharerPads.size(),
                                    messages.size(),
                                    covered));
        }
    }

    public int length() {
        return receiverIds.size();
    }

    /** A prompt that both read with the same ids: everything but the last token is fused. */
    public static AlignedPrompt sameVocabulary(List<Integer> ids) {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("A prompt has at least one token");
        }
        List<Boolean> none = ids.stream().map(id -> false).toList();
        List<Section> sections = ids.size() == 1
                ? List.of(Section.unfused(1))
                : List.of(Section.fused(ids.size() - 1), Section.unfused(1));
        return new AlignedPrompt(
                ids, ids, none, none, ids.stream().map(id -> true).toList(), sections, 1);
    }
}
