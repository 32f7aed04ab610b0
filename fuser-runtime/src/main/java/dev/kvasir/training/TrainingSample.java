package dev.kvasir.training;

import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.fuser.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One chat as both models read it, before padding, cut into sections by the receiver's tokens.
 *
 * @param receiver the receiver's ids and which of them are real (an aligned template may hold pads)
 * @param sharer the sharer's
 * @param partners for each of the receiver's tokens, where in the sharer's row its partner is; any number where nothing is fused
 * @param labels the receiver's id where a token counts in the loss, else {@link #IGNORED}; only the last section has any
 * @param sections in order; their lengths add up to the streams'. The last is never fused
 */
record TrainingSample(
        TokenRow receiver,
        TokenRow sharer,
        List<Integer> partners,
        List<Integer> labels,
        List<SampleSection> sections) {

    /** The label of a token that does not count. */
    static final int IGNORED = -100;

    TrainingSample {
        partners = List.copyOf(partners);
        labels = List.copyOf(labels);
        sections = List.copyOf(sections);
        int length = sections.stream().mapToInt(SampleSection::length).sum();
        if (receiver.size() != length || partners.size() != length || labels.size() != length) {
            throw new IllegalArgumentException(
                    "The receiver's tokens, partners and labels are as many as the sections hold: %d, %d, %d, sections %s"
                            .formatted(receiver.size(), partners.size(), labels.size(), sections));
        }
        if (sections.isEmpty() || sections.getLast().fused()) {
            throw new IllegalArgumentException("The last section is never fused: " + sections);
        }
    }

    /** A sample whose models read token for token: the paper's alignment. */
    static TrainingSample placeByPlace(
            TokenRow receiver, TokenRow sharer, List<Integer> labels, List<SampleSection> sections) {
        if (sharer.size() != receiver.size()) {
            throw new IllegalArgumentException(
                    "%d tokens of the receiver have no place by place beside %d of the sharer"
                            .formatted(receiver.size(), sharer.size()));
        }
        return new TrainingSample(receiver, sharer, places(0, receiver.size()), labels, sections);
    }

    private static List<Integer> places(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    int length() {
        return labels.size();
    }

    /** Which sections are fused: samples of one batch agree in it. */
    List<Boolean> pattern() {
        return sections.stream().map(SampleSection::fused).toList();
    }

    int fusedTokens() {
        return sections.stream()
                .filter(SampleSection::fused)
                .mapToInt(SampleSection::length)
                .sum();
    }

    /** The same with only a share of it fused. */
    TrainingSample dialled(PartialFusion dial) {
        List<Section> all = sections.stream()
                .map(section -> section.fused() ? Section.fused(section.length()) : Section.unfused(section.length()))
                .toList();
        List<SampleSection> fewer = new ArrayList<>();
        for (Section section : dial.apply(all)) {
            fewer.add(new SampleSection(section.length(), section.fused()));
        }
        return new TrainingSample(receiver, sharer, partners, labels, fewer);
    }

    /** The sharer's positions that are fused, section by section. */
    List<List<Integer>> sharerPositions() {
        List<List<Integer>> positions = new ArrayList<>();
        int start = 0;
        for (SampleSection section : sections) {
            if (section.fused()) {
                positions.add(partners.subList(start, start + section.length()));
            }
            start += section.length();
        }
        return positions;
    }

    /**
     * How many of the first sections the receiver reads to the same keys and values whatever the fuser is: all up to the first that is
     * fused, which itself is read before it is fused.
     */
    int constantSections() {
        int constant = 0;
        while (constant < sections.size() && !sections.get(constant).fused()) {
            constant++;
        }
        return constant == sections.size() ? 0 : constant + 1;
    }

    /** The positions of the constant sections, one by one. */
    List<List<Integer>> constantPositions() {
        List<List<Integer>> positions = new ArrayList<>();
        int start = 0;
        for (SampleSection section : sections.subList(0, constantSections())) {
            positions.add(places(start, start + section.length()));
            start += section.length();
        }
        return positions;
    }

    /**
     * A stream of ids.
     *
     * @param real false where the id is a pad, which no position may attend to
     */
    record TokenRow(List<Integer> ids, List<Boolean> real) {

        TokenRow {
            ids = List.copyOf(ids);
            real = List.copyOf(real);
            if (ids.size() != real.size()) {
                throw new IllegalArgumentException("%d ids, %d marks".formatted(ids.size(), real.size()));
            }
        }

        int size() {
            return ids.size();
        }
    }

    /** A stretch that is fused whole or not at all; a chat's section may have no tokens. */
    record SampleSection(int length, boolean fused) {}
}
