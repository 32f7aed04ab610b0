package dev.kvasir.training;

import dev.kvasir.training.TrainingSample.SampleSection;
import dev.kvasir.training.TrainingSample.TokenRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What the receiver reads of samples of one {@link TrainingSample#pattern() pattern}, each section right-padded to its longest row, so that pads stand
 * inside the rows. Real tokens keep the positions they have alone; pads are masked and never count.
 */
final class TrainingBatch {

    private final List<TrainingSample> samples;
    private final List<SampleSection> sections;
    private final long[][] receiverIds;
    private final boolean[][] receiverReal;
    private final long[][] positions;
    private final long[][] labels;

    private TrainingBatch(List<TrainingSample> samples, List<SampleSection> sections) {
        int rows = samples.size();
        int length = sections.stream().mapToInt(SampleSection::length).sum();
        this.samples = samples;
        this.sections = sections;
        this.receiverIds = new long[rows][length];
        this.receiverReal = new boolean[rows][length];
        this.positions = new long[rows][length];
        this.labels = new long[rows][length];
    }

    /**
     * @throws IllegalArgumentException if there are no samples, or they differ in what is fused
     */
    static TrainingBatch of(List<TrainingSample> samples, int pad) {
        if (samples.isEmpty()
                || new HashSet<>(samples.stream().map(TrainingSample::pattern).toList()).size() > 1) {
            throw new IllegalArgumentException("A batch holds samples that fuse the same sections; got "
                    + samples.stream().map(TrainingSample::sections).toList());
        }
        TrainingBatch batch = new TrainingBatch(List.copyOf(samples), longest(samples));
        for (int row = 0; row < samples.size(); row++) {
            batch.fill(row, pad);
        }
        return batch;
    }

    private static List<SampleSection> longest(List<TrainingSample> samples) {
        List<SampleSection> sections = new ArrayList<>(samples.getFirst().sections());
        for (TrainingSample sample : samples) {
            for (int s = 0; s < sections.size(); s++) {
                SampleSection own = sample.sections().get(s);
                if (own.length() > sections.get(s).length()) {
                    sections.set(s, own);
                }
            }
        }
        return List.copyOf(sections);
    }

    private void fill(int row, int pad) {
        TrainingSample sample = samples.get(row);
        Arrays.fill(receiverIds[row], pad);
        Arrays.fill(labels[row], TrainingSample.IGNORED);
        int from = 0;
        int to = 0;
        for (int s = 0; s < sections.size(); s++) {
            int length = sample.sections().get(s).length();
            for (int t = 0; t < length; t++) {
                copy(sample.receiver(), from + t, receiverIds[row], receiverReal[row], to + t);
                labels[row][to + t] = sample.labels().get(from + t);
                positions[row][to + t] = (long) from + t;
            }
            from += length;
            to += sections.get(s).length();
        }
    }

    private static void copy(TokenRow from, int at, long[] ids, boolean[] real, int to) {
        ids[to] = from.ids().get(at);
        real[to] = from.real().get(at);
    }

    int rows() {
        return samples.size();
    }

    int length() {
        return positions[0].length;
    }

    List<TrainingSample> samples() {
        return samples;
    }

    /** The padded sections. */
    List<SampleSection> sections() {
        return sections;
    }

    /** Where section {@code index} starts in the padded rows. */
    int start(int index) {
        return sections.subList(0, index).stream()
                .mapToInt(SampleSection::length)
                .sum();
    }

    Stream receiver() {
        return new Stream(receiverIds, receiverReal, positions);
    }

    long label(int row, int column) {
        return labels[row][column];
    }

    int tokens() {
        return samples.stream().mapToInt(TrainingSample::length).sum();
    }

    /** What one model reads of the batch, {@code [rows][length]}; shared, not to be written. */
    static final class Stream {

        private final long[][] ids;
        private final boolean[][] real;
        private final long[][] positions;

        Stream(long[][] ids, boolean[][] real, long[][] positions) {
            this.ids = ids;
            this.real = real;
            this.positions = positions;
        }

        /** One row by itself, at positions from 0 on. */
        static Stream alone(TokenRow row) {
            boolean[] real = new boolean[row.size()];
            for (int i = 0; i < real.length; i++) {
                real[i] = row.real().get(i);
            }
            return new Stream(
                    new long[][] {
                        row.ids().stream().mapToLong(Integer::longValue).toArray()
                    },
                    new boolean[][] {real},
                    new long[][] {LongStream.range(0, row.size()).toArray()});
        }

        int rows() {
            return ids.length;
        }

        long id(int row, int column) {
            return ids[row][column];
        }

        boolean real(int row, int column) {
            return real[row][column];
        }

        long position(int row, int column) {
            return positions[row][column];
        }
    }
}
