package dev.kvasir.fuser;

/**
 * One position of an aligned conversation.
 *
 * @param receiverText what the receiver's token says; U+FFFD for a part of a character
 * @param sharerText what the sharer's token says
 */
public record AlignedPosition(int receiverId, String receiverText, int sharerId, String sharerText, Pairing pairing) {

    /** How the two tokens belong together. */
    public enum Pairing {
        /** In a message; both say the same. */
        SAME,
        /** In a message; the sharer's token says something else, a part mostly. */
        PARTIAL,
        /** In the templates' text, where each model reads its own. */
        TEMPLATE,
        /** The receiver's template is shorter here. */
        RECEIVER_PADDED,
        /** The sharer's template is shorter here. */
        SHARER_PADDED
    }

    boolean paired() {
        return pairing == Pairing.SAME || pairing == Pairing.PARTIAL;
    }

    boolean receiverPad() {
        return pairing == Pairing.RECEIVER_PADDED;
    }

    boolean sharerPad() {
        return pairing == Pairing.SHARER_PADDED;
    }
}
