package dev.kvasir.decoder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Guesses what comes next from what was there before: where the last tokens have stood earlier, it will go on as it did then.
 * Prompt lookup decoding (A. Saxena, 2023), a draft without a draft model.
 */
final class PromptLookup {
    /** Fewer tokens than that stand anywhere by chance. */
    private static final int SHORTEST = 2;

    private static final int LONGEST = 3;

    private final List<Integer> ids = new ArrayList<>();
    private final Map<List<Integer>, Integer> ends = new HashMap<>();

    /** Takes in what is behind what it knows already. */
    void read(List<Integer> more) {
        for (int id : more) {
            // what the last tokens were followed by is known only now: so a text never matches its own end
            for (int length = SHORTEST; length <= LONGEST && length <= ids.size(); length++) {
                ends.put(List.copyOf(ids.subList(ids.size() - length, ids.size())), ids.size());
            }
            ids.add(id);
        }
    }

    int length() {
        return ids.size();
    }

    /** Up to {@code most} tokens; none if the last ones are new. */
    List<Integer> draft(int most) {
        for (int length = Math.min(LONGEST, ids.size()); length >= SHORTEST; length--) {
            Integer next = ends.get(ids.subList(ids.size() - length, ids.size()));
            if (next != null) {
                return List.copyOf(ids.subList(next, Math.min(ids.size(), next + Math.max(0, most))));
            }
        }
        return List.of();
    }
}
