package dev.kvasir.fuser;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A stretch of the prompt that is fused whole or not at all: one run of equal rows of the paper's {@code kv_cache_index}.
 *
 * @param length tokens, at least 1
 * @param sharers whose caches are fused here: bit {@code j - 1} stands for sharer {@code j} (counted from 1); 0 or
 *     {@link #NOT_FUSED} if none
 */
public record Section(int length, int sharers) {

    /** What the index says where nothing is fused. */
    public static final int NOT_FUSED = -1;

    public Section {
        if (length < 1) {
            throw new IllegalArgumentException("A section has at least one token, not " + length);
        }
        if (sharers < NOT_FUSED) {
            throw new IllegalArgumentException("A section's sharers are -1, 0 or a bit mask, not " + sharers);
        }
    }

    public static Section fused(int length) {
        return new Section(length, 1);
    }

    public static Section unfused(int length) {
        return new Section(length, NOT_FUSED);
    }

    /** The bit mask of some sharers, each counted from 1. */
    public static int mask(Collection<Integer> sharers) {
        int mask = 0;
        for (int sharer : sharers) {
            if (sharer < 1 || sharer > 31) {
                throw new IllegalArgumentException("Sharers are numbered from 1 to 31, not " + sharer);
            }
            mask |= 1 << (sharer - 1);
        }
        return mask;
    }

    /** The sharers of a bit mask, each counted from 1. */
    public static List<Integer> sharersOf(int mask) {
        List<Integer> sharers = new ArrayList<>();
        for (int bit = 0; mask > 0 && bit < 31; bit++) {
            if ((mask >> bit & 1) == 1) {
                sharers.add(bit + 1);
            }
        }
        return sharers;
    }

    /**
     * Sections of a training text: the instruction is fused but for its last token, which with the reply is not.
     *
     * @param instruction tokens in front, at least 1
     * @param length tokens in all
     */
    public static List<Section> ofTraining(int instruction, int length) {
        if (instruction < 1 || length < instruction) {
            throw new IllegalArgumentException(
                    "An instruction has 1 to %d tokens, not %d".formatted(length, instruction));
        }
        return instruction == 1
                ? List.of(unfused(length))
                : List.of(fused(instruction - 1), unfused(length - instruction + 1));
    }

    public boolean fused() {
        return sharers > 0;
    }

    /** Whether the cache of this sharer, counted from 1, is fused here. */
    public boolean fuses(int sharer) {
        return fused() && (sharers >> (sharer - 1) & 1) == 1;
    }

    /**
     * The same prompt as each of several sharers has it fused, in one: a stretch is fused with all that fuse it.
     *
     * @param each a sharer's sections, in which it is the only one, of equal length in all
     */
    public static List<Section> together(List<List<Section>> each) {
        int length = each.getFirst().stream().mapToInt(Section::length).sum();
        int[] masks = new int[length];
        for (int sharer = 0; sharer < each.size(); sharer++) {
            int at = 0;
            for (Section section : each.get(sharer)) {
                int bit = section.fused() ? mask(List.of(sharer + 1)) : 0;
                for (int end = at + section.length; at < end; at++) {
                    masks[at] |= bit;
                }
            }
            if (at != length) {
                throw new IllegalArgumentException(
                        "All sharers lay one prompt out, not %d and %d tokens".formatted(length, at));
            }
        }
        return merged(Arrays.stream(masks)
                .mapToObj(mask -> new Section(1, mask == 0 ? NOT_FUSED : mask))
                .toList());
    }

    /** Joins neighbours that fuse the same sharers. */
    public static List<Section> merged(List<Section> sections) {
        List<Section> merged = new ArrayList<>();
        for (Section section : sections) {
            Section last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && last.sharers == section.sharers) {
                merged.set(merged.size() - 1, new Section(last.length + section.length, last.sharers));
            } else {
                merged.add(section);
            }
        }
        return List.copyOf(merged);
    }
}
