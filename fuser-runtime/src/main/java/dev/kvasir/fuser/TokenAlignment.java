package dev.kvasir.fuser;

import dev.kvasir.model.SpecialIds;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.DecodedSpecials;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One sharer token for each receiver token, by what it says. Remembers what it found; safe for use by several threads.
 *
 * <p>A word that is several tokens to the sharer is cut to one of them, and a byte of a character is not its character: the
 * sharer's stream is lossy.
 */
public final class TokenAlignment {

    private final Tokenizer receiver;
    private final Tokenizer sharer;
    private final AlignmentMode mode;
    private final Map<Integer, Integer> known = new ConcurrentHashMap<>();

    public TokenAlignment(Tokenizer receiver, Tokenizer sharer, AlignmentMode mode) {
        this.receiver = receiver;
        this.sharer = sharer;
        this.mode = mode;
    }

    public List<Integer> sharerIds(List<Integer> receiverIds) {
        return receiverIds.stream().map(this::sharerId).toList();
    }

    public int sharerId(int receiverId) {
        return mode == AlignmentMode.SAME_VOCABULARY ? receiverId : known.computeIfAbsent(receiverId, this::find);
    }

    /** Whether the sharer's token for this one says the same text. */
    public boolean same(int receiverId) {
        return receiverText(receiverId).equals(sharerText(sharerId(receiverId)));
    }

    String receiverText(int id) {
        return receiver.decode(List.of(id), DecodedSpecials.KEEP);
    }

    String sharerText(int id) {
        return sharer.decode(List.of(id), DecodedSpecials.KEEP);
    }

    private int find(int receiverId) {
        SpecialIds own = receiver.specialIds();
        SpecialIds others = sharer.specialIds();
        if (is(own.eos(), receiverId)) {
            return orUnknown(others.eos());
        }
        if (is(own.pad(), receiverId)) {
            return orUnknown(others.padOrEos());
        }
        if (is(own.bos(), receiverId)) {
            return orUnknown(others.bos());
        }
        if (is(own.unk(), receiverId)) {
            return orUnknown(others.unk());
        }
        return byText(receiverId);
    }

    private static boolean is(OptionalInt role, int id) {
        return role.isPresent() && role.getAsInt() == id;
    }

    private int orUnknown(OptionalInt id) {
        return id.isPresent() ? id.getAsInt() : sharer.specialIds().unk().orElse(0);
    }

    private int byText(int receiverId) {
        String text = receiverText(receiverId);
        OptionalInt same = receiver.special(receiverId) ? sharer.id(text) : OptionalInt.empty();
        if (same.isPresent()) {
            return same.getAsInt();
        }
        List<Integer> candidates = sharer.encodePlain(text).ids();
        if (candidates.isEmpty()) {
            return orUnknown(OptionalInt.empty());
        }
        return mode == AlignmentMode.FIRST ? candidates.getFirst() : longest(candidates);
    }

    /** The first of the longest. */
    private int longest(List<Integer> candidates) {
        int longest = candidates.getFirst();
        for (int candidate : candidates) {
            longest = length(candidate) > length(longest) ? candidate : longest;
        }
        return longest;
    }

    private int length(int sharerId) {
        String text = sharerText(sharerId);
        return text.codePointCount(0, text.length());
    }
}
