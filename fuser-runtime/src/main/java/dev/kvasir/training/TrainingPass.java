package dev.kvasir.training;

import dev.kvasir.fuser.LayerFuserShape;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import dev.kvasir.training.TrainingSample.SampleSection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One run of the receiver over a batch, fused section by section, to the loss on the replies and its gradients. */
final class TrainingPass {

    private static final double EVALUATION = 0;

    private final TorchProgram program;
    private final FrozenDecoder receiver;
    private final LayerFuserShape shape;
    private final FuserParameters parameters;
    private final List<Tensor> scales;

    /** @param scales as {@link ChannelScales#tensors} makes them */
    TrainingPass(
            TorchProgram program,
            FrozenDecoder receiver,
            LayerFuserShape shape,
            FuserParameters parameters,
            List<Tensor> scales) {
        this.program = program;
        this.receiver = receiver;
        this.shape = shape;
        this.parameters = parameters;
        this.scales = List.copyOf(scales);
    }

    /**
     * The mean loss over a batch's labels, with gates as in training.
     *
     * @return the loss, a scalar, and behind it one gradient for each parameter, in their order
     */
    List<Tensor> gradients(TensorScope scope, TrainingBatch batch, FrozenSlices frozen, Draw draw) {
        return program.runTracked(scope, "gradients", arguments(scope, batch, frozen, draw));
    }

    /** Adds gradients, times a share, to sums in place. */
    void add(TensorScope scope, FuserParameters sums, List<Tensor> gradients, double share) {
        program.run(scope, "accumulate", sums.tensors(), gradients, share);
    }

    /** The mean loss over a batch's labels, with gates and weights as a fused cache would see them. */
    double loss(TensorScope scope, TrainingBatch batch, FrozenSlices frozen) {
        Object[] arguments = arguments(scope, batch, frozen, new Draw(new SeededNoise(0, 0), EVALUATION, 1));
        return program.run(scope, "loss", arguments).getFirst().toDoubles()[0];
    }

    private Object[] arguments(TensorScope scope, TrainingBatch batch, FrozenSlices frozen, Draw draw) {
        int constant = frozen.ownKeys().size() / receiver.layers();
        List<Tensor> ids = new ArrayList<>();
        List<Tensor> ropes = new ArrayList<>();
        List<Tensor> masks = new ArrayList<>();
        List<Long> fused = new ArrayList<>();
        for (int s = 0; s < batch.sections().size(); s++) {
            SampleSection section = batch.sections().get(s);
            fused.add(section.fused() ? 1L : 0L);
            if (s < constant) {
                continue;
            }
            int start = batch.start(s);
            SectionInputs inputs = new SectionInputs(batch.receiver(), start, start + section.length());
            ids.add(inputs.ids(scope));
            ropes.addAll(inputs.ropes(scope, receiver.type(), receiver.kinds()));
            masks.addAll(inputs.masks(scope, receiver.type(), receiver.kinds()));
        }
        Targets targets = Targets.of(batch);
        return new Object[] {
            ids,
            ropes,
            masks,
            fused,
            frozen.ownKeys(),
            frozen.ownValues(),
            frozen.sharerKeys(),
            frozen.sharerValues(),
            uniforms(scope, batch, draw),
            keeps(scope, batch, draw),
            scope.longs(targets.rows(), targets.count()),
            scope.longs(targets.ids(), targets.count()),
            receiver.weights(),
            receiver.shape(),
            receiver.reals(),
            parameters.tensors(),
            (long) shape.projectorBlocks(),
            draw.temperature(),
            draw.kept(),
            scales
        };
    }

    private List<Tensor> uniforms(TensorScope scope, TrainingBatch batch, Draw draw) {
        List<Tensor> uniforms = new ArrayList<>();
        for (SampleSection section : batch.sections()) {
            for (int side = 0; section.fused() && side < 2 * receiver.layers(); side++) {
                long[] sizes = {batch.rows(), shape.heads(), section.length(), 1};
                double[] drawn = draw.temperature() == EVALUATION
                        ? new double[batch.rows() * shape.heads() * section.length()]
                        : draw.noise().uniform(uniforms.size(), batch.rows() * shape.heads() * section.length());
                uniforms.add(Numbers.tensor(scope, receiver.type(), drawn, sizes));
            }
        }
        return uniforms;
    }

    private List<Tensor> keeps(TensorScope scope, TrainingBatch batch, Draw draw) {
        List<Tensor> keeps = new ArrayList<>();
        int perCall = 2 * (2 + shape.projectorBlocks());
        for (SampleSection section : batch.sections()) {
            for (int i = 0; draw.kept() < 1 && section.fused() && i < perCall * receiver.layers(); i++) {
                int count = batch.rows() * section.length() * shape.hidden();
                double[] drawn = draw.noise().keep(keeps.size(), count, draw.kept());
                keeps.add(
                        Numbers.tensor(scope, receiver.type(), drawn, batch.rows(), section.length(), shape.hidden()));
            }
        }
        return keeps;
    }

    /**
     * What is random in a pass.
     *
     * @param temperature of the gates; 0 for gates as in evaluation
     * @param kept one less the dropout
     */
    record Draw(TrainingNoise noise, double temperature, double kept) {}

    /** The last section's positions whose next token counts, in its flattened rows, and those tokens. */
    private static final class Targets {

        private final long[] rows;
        private final long[] ids;
        private int count;

        private Targets(int most) {
            this.rows = new long[most];
            this.ids = new long[most];
        }

        static Targets of(TrainingBatch batch) {
            int length = batch.sections().getLast().length();
            int start = batch.length() - length;
            Targets targets = new Targets(batch.rows() * length);
            for (int row = 0; row < batch.rows(); row++) {
                for (int t = 0; t + 1 < length; t++) {
                    long label = batch.label(row, start + t + 1);
                    if (label != TrainingSample.IGNORED) {
                        targets.add((long) row * length + t, label);
                    }
                }
            }
            return targets;
        }

        private void add(long row, long id) {
            rows[count] = row;
            ids[count++] = id;
        }

        int count() {
            return count;
        }

        long[] rows() {
            return Arrays.copyOf(rows, count);
        }

        long[] ids() {
            return Arrays.copyOf(ids, count);
        }
    }
}
