package dev.kvasir.fuser;

import java.util.ArrayList;
import java.util.List;

/**
 * One conversation laid side by side, padding and all.
 *
 * @param receiverText what the receiver reads
 * @param sharerText what the sharer's template writes; in messages the sharer reads the receiver's words token by token
 * @param stretches in order: the template's and the messages' turn by turn
 * @param positions one for each token
 */
public record ChatAlignment(
        String receiverText, String sharerText, List<Stretch> stretches, List<AlignedPosition> positions) {

    /** Positions {@code [start, end)}, of a message or of the template, alike for both models. */
    public record Stretch(boolean message, int start, int end) {
        public int length() {
            return end - start;
        }
    }

    public ChatAlignment {
        stretches = List.copyOf(stretches);
        positions = List.copyOf(positions);
    }

    /** How many of the receiver's last tokens are padding. */
    public int receiverTrailingPads() {
        int pads = 0;
        while (pads < positions.size()
                && positions.get(positions.size() - 1 - pads).pairing() == AlignedPosition.Pairing.RECEIVER_PADDED) {
            pads++;
        }
        return pads;
    }

    /**
     * What the models run: messages are fused, the template's text is not, and neither is the last token. The receiver's
     * padding at the end is dropped, so that its last token is a real one.
     */
    public AlignedPrompt prompt() {
        return prompt(FusedSections.MESSAGES);
    }

    /** Like {@link #prompt()}, with other stretches fused. */
    public AlignedPrompt prompt(FusedSections fused) {
        int length = positions.size() - receiverTrailingPads();
        List<AlignedPosition> kept = positions.subList(0, length);
        return AlignedPrompt.placeByPlace(
                kept.stream().map(AlignedPosition::receiverId).toList(),
                kept.stream().map(AlignedPosition::sharerId).toList(),
                kept.stream().map(AlignedPosition::receiverPad).toList(),
                kept.stream().map(AlignedPosition::sharerPad).toList(),
                messageMask().subList(0, length),
                sections(length, fused),
                alignedShare(kept));
    }

    /** True where a message's content stands. */
    public List<Boolean> messageMask() {
        List<Boolean> mask = new ArrayList<>();
        for (Stretch stretch : stretches) {
            for (int i = 0; i < stretch.length(); i++) {
                mask.add(stretch.message());
            }
        }
        return mask;
    }

    private List<Section> sections(int length, FusedSections which) {
        List<Section> sections = new ArrayList<>();
        for (Stretch stretch : stretches) {
            boolean fused = stretch.message() || which == FusedSections.ALL;
            int fusible = Math.min(stretch.end(), length - 1) - stretch.start();
            if (fused && fusible > 0) {
                sections.add(Section.fused(fusible));
            }
            int rest = Math.min(stretch.end(), length) - stretch.start() - (fused ? Math.max(0, fusible) : 0);
            if (rest > 0) {
                sections.add(Section.unfused(rest));
            }
        }
        return Section.merged(sections);
    }

    private static double alignedShare(List<AlignedPosition> positions) {
        int paired = 0;
        int same = 0;
        for (AlignedPosition position : positions.subList(0, Math.max(0, positions.size() - 1))) {
            paired += position.paired() ? 1 : 0;
            same += position.pairing() == AlignedPosition.Pairing.SAME ? 1 : 0;
        }
        return paired == 0 ? 1 : (double) same / paired;
    }
}
