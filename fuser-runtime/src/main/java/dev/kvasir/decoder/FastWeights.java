package dev.kvasir.decoder;

import dev.kvasir.decoder.FastProgram.HeldList;
import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.KernelText;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.decoder.kernel.MatrixShape;
import dev.kvasir.decoder.kernel.ModelMatrices;
import dev.kvasir.decoder.step.LayerVectors;
import dev.kvasir.decoder.step.ModelVectors;
import dev.kvasir.decoder.step.WeightVector;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fills one of {@link FastLayers}' programs with its layers' weights. What is read is freed as soon as its copies are made. */
final class FastWeights implements AutoCloseable {
    private static final List<MatrixRole> OF_A_LAYER =
            List.of(MatrixRole.QKV, MatrixRole.OUTPUT, MatrixRole.GATE_UP, MatrixRole.DOWN);

    private final ModelConfig config;
    private final ModelMatrices matrices;
    private final KernelPlan plan;
    private final MatrixReader reader;
    private final TorchProgram program;
    private final TensorScope own = TensorScope.root();
    private final Map<String, Read> scratch = new HashMap<>();

    FastWeights(ModelConfig config, ModelMatrices matrices, Weights source, KernelPlan plan, TorchProgram program) {
        this.config = config;
        this.matrices = matrices;
        this.plan = plan;
        this.reader = new MatrixReader(source);
        this.program = program;
    }

    /** Reads the matrices of some layers, and the head's if it is wanted. */
    void fill(List<Integer> layers, boolean head, ModelVectors vectors) {
        try (TensorScope scope = TensorScope.root()) {
            holdVectors(scope, layers, vectors);
        }
        if (head) {
            holdMatrix(MatrixRole.HEAD, 0);
        }
        for (int layer : layers) {
            OF_A_LAYER.forEach(role -> holdMatrix(role, layer));
        }
    }

    private void holdMatrix(MatrixRole role, int layer) {
        List<String> tensors = FastMatrices.tensors(config, role, layer);
        MatrixShape shape = matrices.shape(role);
        for (KernelText.Source source : KernelText.sources(plan, role)) {
            // what libtorch keeps as it is must be its own; of the others it makes copies, so their memory serves again
            boolean isKept = source == KernelText.Source.FLOATS;
            try (TensorScope scope = TensorScope.root()) {
                Read read = isKept
                        ? new Read(scope, source, shape)
                        : scratch.computeIfAbsent(role + " " + source, key -> new Read(own, source, shape));
                read.fill(tensors);
                program.run(scope, source.method(role), read.arguments());
            }
        }
    }

    /** What a matrix is read into. */
    private final class Read {
        private final KernelText.Source source;
        private final MatrixShape shape;
        private final Tensor matrix;
        private final Tensor scales;

        Read(TensorScope scope, KernelText.Source source, MatrixShape shape) {
            this.source = source;
            this.shape = shape;
            ElementType type = switch (source) {
                case FLOATS -> ElementType.F32;
                case HALVES -> ElementType.BF16;
                case BYTES -> ElementType.I8;
            };
            this.matrix = scope.empty(type, shape.rows(), shape.columns());
            this.scales = scope.empty(ElementType.F32, source == KernelText.Source.BYTES ? shape.rows() : 0);
        }

        void fill(List<String> tensors) {
            switch (source) {
                case FLOATS -> reader.floats(tensors, shape, matrix.memory().asFloatBuffer());
                case HALVES -> reader.halves(tensors, shape, matrix.memory().asShortBuffer());
                case BYTES ->
                    reader.bytes(
                            tensors, shape, matrix.memory(), scales.memory().asFloatBuffer());
            }
        }

        Object[] arguments() {
            return source == KernelText.Source.BYTES ? new Object[] {matrix, scales} : new Object[] {matrix};
        }
    }

    private void holdVectors(TensorScope scope, List<Integer> layers, ModelVectors vectors) {
        for (int window : config.windowKinds()) {
            double[] frequencies = config.ropeOfWindow(window).frequencies(config.headDim());
            hold(scope, HeldList.FREQUENCIES, scope.doubles(frequencies, frequencies.length));
        }
        hold(scope, HeldList.NORMS, norm(scope, vectors.lastNorm()));
        hold(scope, HeldList.NORMS, scope.floats(new float[] {root(config.hiddenSize() * config.rmsNormEps())}));
        hold(scope, HeldList.NORMS, scope.floats(new float[] {root(config.headDim() * config.rmsNormEps())}));
        for (int layer : layers) {
            LayerVectors own = vectors.layers().get(layer);
            hold(scope, HeldList.NORMS, norm(scope, own.attentionNorm()));
            hold(scope, HeldList.NORMS, norm(scope, own.attentionBranchNorm()));
            hold(scope, HeldList.NORMS, norm(scope, own.mlpNorm()));
            hold(scope, HeldList.NORMS, norm(scope, own.mlpBranchNorm()));
            hold(scope, HeldList.NORMS, headNorm(scope, own));
            for (WeightVector bias : List.of(own.qkvBias(), own.outputBias(), own.gateUpBias(), own.downBias())) {
                hold(scope, HeldList.BIASES, scope.floats(bias.values(), bias.values().length));
            }
        }
    }

    /** A row for each query head, then one for each key head. */
    private Tensor headNorm(TensorScope scope, LayerVectors own) {
        if (own.queryNorm().isEmpty()) {
            return scope.floats(new float[0], 0);
        }
        int heads = config.heads() + config.kvHeads();
        FloatBuffer all = FloatBuffer.allocate(heads * config.headDim());
        for (int head = 0; head < heads; head++) {
            all.put(scaled(head < config.heads() ? own.queryNorm() : own.keyNorm()));
        }
        return scope.floats(all.flip(), heads, config.headDim());
    }

    private static Tensor norm(TensorScope scope, WeightVector weights) {
        float[] scaled = scaled(weights);
        return scope.floats(scaled, scaled.length);
    }

    /** A norm's weights as the program wants them: times the root of their number. */
    private static float[] scaled(WeightVector weights) {
        float[] scaled = weights.values().clone();
        float root = root(scaled.length);
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= root;
        }
        return scaled;
    }

    private static float root(double value) {
        return (float) Math.sqrt(value);
    }

    private void hold(TensorScope scope, HeldList list, Tensor tensor) {
        program.run(scope, "hold", list.number(), tensor);
    }

    @Override
    public void close() {
        own.close();
    }
}
