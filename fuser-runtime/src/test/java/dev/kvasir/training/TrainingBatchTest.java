package dev.kvasir.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.training.TrainingSample.SampleSection;
import dev.kvasir.training.TrainingSample.TokenRow;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingBatchTest {

    private static final int PAD = 90;

    @Test
    void eachSectionIsPaddedToItsLongestRow() {
        TrainingBatch batch = TrainingBatch.of(List.of(sample(true, 3, 2), sample(true, 1, 4)), PAD);

        assertThat(batch.sections()).containsExactly(new SampleSection(3, true), new SampleSection(4, false));
        assertThat(ids(batch, 0)).containsExactly(0L, 1L, 2L, 3L, 4L, 90L, 90L);
        assertThat(ids(batch, 1)).containsExactly(0L, 90L, 90L, 1L, 2L, 3L, 4L);
    }

    @Test
    void aRowKeepsThePositionsThatItHasAlone() {
        TrainingBatch batch = TrainingBatch.of(List.of(sample(true, 3, 1), sample(true, 1, 1)), PAD);

        assertThat(IntStream.range(0, 4).mapToLong(t -> batch.receiver().position(1, t)))
                .containsExactly(0L, 0L, 0L, 1L);
        assertThat(batch.receiver().real(1, 1)).isFalse();
        assertThat(batch.receiver().real(1, 3)).isTrue();
    }

    @Test
    void samplesThatFuseOtherSectionsDoNotMix() {
        assertThatThrownBy(() -> TrainingBatch.of(List.of(sample(true, 1, 1), sample(false, 1, 1)), PAD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("A batch holds samples that fuse the same sections");
    }

    @Test
    void everyEpochHasEachSampleOnceAndBatchesDoNotMixPatterns() {
        List<TrainingSample> samples = IntStream.range(0, 23)
                .mapToObj(i -> sample(i % 3 == 0, 1 + i % 4, 2))
                .toList();
        BatchOrder order = new BatchOrder(samples, 4, 7);

        for (int epoch = 0; epoch < 2; epoch++) {
            int first = epoch * order.perEpoch();
            List<Integer> all = IntStream.range(first, first + order.perEpoch())
                    .mapToObj(order::batch)
                    .flatMap(List::stream)
                    .toList();
            assertThat(all)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 23).boxed().toList());
        }
        for (int number = 0; number < order.perEpoch(); number++) {
            assertThat(order.batch(number).stream()
                            .map(i -> samples.get(i).pattern())
                            .distinct())
                    .hasSize(1);
        }
        assertThat(new BatchOrder(samples, 4, 7).batch(9)).isEqualTo(order.batch(9));
    }

    private static List<Long> ids(TrainingBatch batch, int row) {
        return IntStream.range(0, batch.length())
                .mapToObj(t -> batch.receiver().id(row, t))
                .toList();
    }

    private static TrainingSample sample(boolean fused, int first, int last) {
        List<Integer> ids = IntStream.range(0, first + last).boxed().toList();
        TokenRow row = new TokenRow(ids, Collections.nCopies(ids.size(), true));
        return TrainingSample.placeByPlace(
                row, row, ids, List.of(new SampleSection(first, fused), new SampleSection(last, false)));
    }
}
