package dev.kvasir.study;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A question's prompt, alone and behind examples.
 *
 * @param direct the question alone
 * @param fewShot examples and the question
 * @param head tokens that stand before the question in both, such as a begin token: the template's, left as they are
 */
record EnrichedPrompt(List<Integer> direct, List<Integer> fewShot, int head) {

    EnrichedPrompt {
        direct = List.copyOf(direct);
        fewShot = List.copyOf(fewShot);
    }

    /** @throws StudyException if examples change how the question itself is read */
    static EnrichedPrompt of(List<Integer> direct, List<Integer> fewShot) {
        int tail = 0;
        while (tail < direct.size()
                && direct.get(direct.size() - 1 - tail).equals(fewShot.get(fewShot.size() - 1 - tail))) {
            tail++;
        }
        int head = direct.size() - tail;
        if (tail == 0 || !direct.subList(0, head).equals(fewShot.subList(0, head))) {
            throw new StudyException(
                    "Behind examples the chat template writes the question in other tokens, so its positions cannot be kept.");
        }
        return new EnrichedPrompt(direct, fewShot, head);
    }

    /**
     * Positions of all but the last token that put the question where it stands alone; the examples get lower ones, below 0 too.
     * Rotary positions count by their differences only.
     */
    List<Integer> shiftedPositions() {
        int shift = fewShot.size() - direct.size();
        return IntStream.range(0, fewShot.size() - 1).mapToObj(i -> i - shift).toList();
    }
}
