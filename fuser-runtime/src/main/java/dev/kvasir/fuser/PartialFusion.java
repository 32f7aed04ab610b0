package dev.kvasir.fuser;

import java.util.ArrayList;
import java.util.List;

/**
 * Fuses a share of the prompt only.
 *
 * @param share of its tokens, 0 to 1, rounded down to whole tokens
 */
public record PartialFusion(double share, End end) {

    /** Everything that can be fused. */
    public static final PartialFusion ALL = new PartialFusion(1, End.BACK);

    /** Which end of the prompt is fused. */
    public enum End {
        FRONT,
        BACK
    }

    @Override
    public String toString() {
        return share == 1 ? "all" : "%s of the %s".formatted(share, end == End.BACK ? "back" : "front");
    }

    public PartialFusion {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("A share is from 0 to 1, not " + share);
        }
    }

    /**
     * Sections of a prompt whose last tokens are never fused.
     *
     * @param fusible tokens in front that may be fused, 0 or more
     * @param rest tokens behind them
     */
    public List<Section> sections(int fusible, int rest) {
        int fused = (int) Math.floor(fusible * share);
        List<Section> sections = new ArrayList<>();
        switch (end) {
            case FRONT -> {
                add(sections, fused, 1);
                add(sections, fusible - fused, Section.NOT_FUSED);
            }
            case BACK -> {
                add(sections, fusible - fused, Section.NOT_FUSED);
                add(sections, fused, 1);
            }
        }
        add(sections, rest, Section.NOT_FUSED);
        return Section.merged(sections);
    }

    private static void add(List<Section> sections, int length, int sharers) {
        if (length > 0) {
            sections.add(new Section(length, sharers));
        }
    }

    /**
     * Unfuses what the share leaves out, counted over all fused positions; who is fused where does not change otherwise.
     * The last section is never fused.
     */
    public List<Section> apply(List<Section> sections) {
        int fusible = sections.stream()
                .filter(Section::fused)
                .mapToInt(Section::length)
                .sum();
        int fused = (int) Math.floor(fusible * share);
        int from = end == End.FRONT ? 0 : fusible - fused;
        int to = from + fused;
        List<Section> cut = new ArrayList<>();
        int at = 0;
        for (Section section : sections) {
            if (!section.fused()) {
                cut.add(section);
                continue;
            }
            int before = Math.clamp(from - at, 0, section.length());
            int until = Math.clamp(to - at, 0, section.length());
            add(cut, before, Section.NOT_FUSED);
            add(cut, until - before, section.sharers());
            add(cut, section.length() - until, Section.NOT_FUSED);
            at += section.length();
        }
        return Section.merged(cut);
    }
}
