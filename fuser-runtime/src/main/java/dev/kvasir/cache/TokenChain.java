package dev.kvasir.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Hashes of a prompt's chunks, each over the one before it: two prompts that share their first links share their first
 * tokens, at the same positions, of the same origin.
 *
 * @param links SHA-256, hexadecimal: one for each {@value #CHUNK} tokens, and one for what is left over; each over the link
 *     before it (the seed, for the first) and its tokens' ids, positions and whether they are hidden
 */
public record TokenChain(String seed, List<String> links) {

    /** Tokens of a link. */
    public static final int CHUNK = 256;

    public TokenChain {
        links = List.copyOf(links);
    }

    static TokenChain of(String seed, CachedTokens tokens) {
        List<String> links = new ArrayList<>();
        String last = seed;
        for (int from = 0; from < tokens.size(); from += CHUNK) {
            last = link(last, tokens, from, Math.min(from + CHUNK, tokens.size()));
            links.add(last);
        }
        return new TokenChain(seed, links);
    }

    /** What stands for all tokens; the seed if there are none. */
    public String last() {
        return links.isEmpty() ? seed : links.getLast();
    }

    static String link(String previous, CachedTokens tokens, int from, int to) {
        ByteBuffer bytes =
                ByteBuffer.allocate((to - from) * (2 * Integer.BYTES + 1)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < to; i++) {
            bytes.putInt(tokens.ids().get(i)).putInt(tokens.positions().get(i)).put((byte)
                    (tokens.isHidden(i) ? 1 : 0));
        }
        MessageDigest digest = Sha256.digest();
        digest.update(HexFormat.of().parseHex(previous));
        digest.update(bytes.flip());
        return Sha256.hex(digest);
    }
}
