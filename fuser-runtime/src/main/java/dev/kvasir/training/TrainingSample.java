package dev.kvasir.training;

import java.util.List;

/**
 * One chat as both models read it, before padding: two streams of equal length, cut into sections.
 *
 * @param receiver the receiver's ids and which of them are real (an aligned template may hold pads)
 * @param sharer the sharer's, token by token beside the receiver's
 * @param labels the receiver's id where a token counts in the loss, else {@link #IGNORED}; only the last section has any
 * @param sections in order; their lengths add up to the streams'. The last is never fused
 */
record TrainingSample(TokenRow receiver, TokenRow sharer, List<Integer> labels, List<SampleSection> sections) {

    /** The label of a token that does not count. */
    static final int IGNORED = -100;

    TrainingSample {
        labels = List.copyOf(labels);
        sections = List.copyOf(sections);
        int length = sections.stream().mapToInt(SampleSection::length).sum();
        if (receiver.size() != length || sharer.size() != length || labels.size() != length) {
            throw new IllegalArgumentException(
                    "The streams must be as long as the sections together: %d receiver, %d sharer, %d labels, sections %s"
                            .formatted(receiver.size(), sharer.size(), labels.size(), sections));
        }
        if (sections.isEmpty() || sections.getLast().fused()) {
            throw new IllegalArgumentException("The last section is never fused: " + sections);
        }
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
