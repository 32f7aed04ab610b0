package dev.kvasir.wire;

import dev.kvasir.decoder.KvCache;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A cache as it arrives, and what its text is in truth.
 *
 * @param cache of one row; owned by the caller
 * @param ids of the tokens that it has read, at least as many as the positions
 * @param hidden true where a padding token stands; may end early or be empty
 * @param places of the text in it, ascending; what stands elsewhere is the chat template's and known
 * @param layers that crossed, ascending
 */
public record ShownCache(
        KvCache cache, List<Integer> ids, List<Boolean> hidden, List<Integer> places, List<Integer> layers) {

    public ShownCache {
        ids = List.copyOf(ids);
        hidden = List.copyOf(hidden);
        places = List.copyOf(places);
        layers = List.copyOf(layers);
        if (cache.rows() != 1) {
            throw new IllegalArgumentException("Tokens are read back from one row, not " + cache.rows());
        }
        if (!places.isEmpty() && places.getLast() >= Math.min(cache.length(), ids.size())) {
            throw new IllegalArgumentException("A cache of " + cache.length() + " positions and " + ids.size()
                    + " tokens has no text at " + places.getLast());
        }
    }

    /** For one more token behind {@code before} others: 0 where nothing may attend to; empty if there is no padding at all. */
    List<Integer> mask(int before) {
        if (!hidden.contains(true)) {
            return List.of();
        }
        return IntStream.rangeClosed(0, before)
                .mapToObj(i -> i < hidden.size() && hidden.get(i) ? 0 : 1)
                .toList();
    }

    /** The text's tokens. */
    List<Integer> truth() {
        return places.stream().map(ids::get).toList();
    }
}
