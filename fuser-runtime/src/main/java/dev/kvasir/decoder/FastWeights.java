package dev.kvasir.decoder;

import dev.kvasir.decoder.FastProgram.HeldList;
import dev.kvasir.decoder.kernel.Kernel;
import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.KernelText;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.decoder.kernel.MatrixShape;
import dev.kvasir.decoder.kernel.RowBucket;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Fills a {@link FastProgram} with a model's weights. Matrices are read ahead on all processors while the calling thread
 * lays out those that are there; what is read is freed as soon as its copies are made.
 */
final class FastWeights {
    /** Matrices that are read ahead of the one that is laid out. */
    private static final int AHEAD = 3;

    private final ModelConfig config;
    private final Weights source;
    private final KernelPlan plan;
    private final TorchProgram program;
    private final Map<MatrixRole, MatrixShape> shapes;
    private final Deque<Pending> pending = new ArrayDeque<>();

    private record Pending(TensorScope scope, MatrixReader.Reading reading, Runnable hold) {}

    private FastWeights(ModelConfig config, Weights source, KernelPlan plan, TorchProgram program) {
        this.config = config;
        this.source = source;
        this.plan = plan;
        this.program = program;
        this.shapes = FastMatrices.shapes(config, source);
    }

    /** Reads them all into the program. */
    static void fill(ModelConfig config, Weights source, KernelPlan plan, TorchProgram program) {
        new FastWeights(config, source, plan, program).fill();
    }

    /** Bytes of all copies that a plan makes, of the embedding and of the rest. */
    static long bytes(ModelConfig config, Weights source, KernelPlan plan) {
        long bytes = (long) config.vocabularySize() * config.hiddenSize() * ElementType.BF16.bytes();
        Map<MatrixRole, MatrixShape> shapes = FastMatrices.shapes(config, source);
        for (Map.Entry<MatrixRole, MatrixShape> entry : shapes.entrySet()) {
            for (Kernel kernel : plan.copies(entry.getKey())) {
                bytes += kernel.bytesOf(entry.getValue()) * FastMatrices.count(config, entry.getKey());
            }
        }
        for (String name : source.names()) {
            if (source.shape(name).rank() == 1) {
                bytes += source.shape(name).elements() * Float.BYTES;
            }
        }
        return bytes;
    }

    /** Bytes of the copies that one row goes through. */
    static long bytesPerToken(ModelConfig config, Weights source, KernelPlan plan) {
        long bytes = 0;
        for (Map.Entry<MatrixRole, MatrixShape> entry :
                FastMatrices.shapes(config, source).entrySet()) {
            Kernel kernel = plan.kernel(entry.getKey(), RowBucket.ONE);
            bytes += kernel.bytesOf(entry.getValue()) * FastMatrices.count(config, entry.getKey());
        }
        return bytes;
    }

    private void fill() {
        holdVectors();
        try (MatrixReader reader = new MatrixReader(source)) {
            holdMatrices(reader);
        } finally {
            pending.forEach(left -> left.scope().close());
        }
    }

    private void holdMatrices(MatrixReader reader) {
        readTable(reader);
        for (MatrixRole role :
                List.of(MatrixRole.HEAD, MatrixRole.QKV, MatrixRole.OUTPUT, MatrixRole.GATE_UP, MatrixRole.DOWN)) {
            for (int layer = 0; layer < FastMatrices.count(config, role); layer++) {
                List<String> tensors = FastMatrices.tensors(config, role, layer);
                if (KernelText.holds(plan, role, true)) {
                    readBytes(reader, role, tensors);
                }
                if (KernelText.holds(plan, role, false)) {
                    readFloats(reader, role, tensors);
                }
            }
        }
        while (!pending.isEmpty()) {
            holdFirst();
        }
    }

    private void readTable(MatrixReader reader) {
        MatrixShape shape = new MatrixShape(config.vocabularySize(), config.hiddenSize());
        TensorScope scope = TensorScope.root();
        Tensor table = scope.empty(ElementType.BF16, shape.rows(), shape.columns());
        var reading = reader.halves(
                List.of(FastMatrices.EMBEDDING), shape, table.memory().asShortBuffer());
        add(new Pending(scope, reading, () -> hold(scope, HeldList.TABLE, table)));
    }

    private void readBytes(MatrixReader reader, MatrixRole role, List<String> tensors) {
        MatrixShape shape = shape(role);
        TensorScope scope = TensorScope.root();
        Tensor bytes = scope.empty(ElementType.I8, shape.rows(), shape.columns());
        Tensor scales = scope.empty(ElementType.F32, shape.rows());
        var reading =
                reader.bytes(tensors, shape, bytes.memory(), scales.memory().asFloatBuffer());
        String method = "hold_" + role.id() + "_bytes";
        add(new Pending(scope, reading, () -> program.run(scope, method, bytes, scales)));
    }

    private void readFloats(MatrixReader reader, MatrixRole role, List<String> tensors) {
        MatrixShape shape = shape(role);
        TensorScope scope = TensorScope.root();
        Tensor floats = scope.empty(ElementType.F32, shape.rows(), shape.columns());
        var reading = reader.floats(tensors, shape, floats.memory().asFloatBuffer());
        String method = "hold_" + role.id() + "_floats";
        add(new Pending(scope, reading, () -> program.run(scope, method, floats)));
    }

    private void add(Pending next) {
        pending.add(next);
        if (pending.size() > AHEAD) {
            holdFirst();
        }
    }

    private void holdFirst() {
        Pending first = pending.remove();
        try {
            first.reading().await();
            first.hold().run();
        } finally {
            first.scope().close();
        }
    }

    private MatrixShape shape(MatrixRole role) {
        MatrixShape shape = shapes.get(role);
        if (shape == null) {
            throw new IllegalStateException("All roles have a shape");
        }
        return shape;
    }

    private void holdVectors() {
        try (TensorScope scope = TensorScope.root()) {
            for (int window : DecoderProgram.windowKinds(config)) {
                double[] frequencies =
                        config.rope(config.windows().indexOf(window)).frequencies(config.headDim());
                hold(scope, HeldList.FREQUENCIES, scope.doubles(frequencies, frequencies.length));
            }
            hold(scope, HeldList.NORMS, norm(scope, "model.norm.weight"));
            for (int layer = 0; layer < config.layers(); layer++) {
                for (String name : layerNorms()) {
                    hold(scope, HeldList.NORMS, norm(scope, "model.layers." + layer + "." + name));
                }
            }
            hold(scope, HeldList.NORMS, scope.floats(new float[] {root(config.hiddenSize() * config.rmsNormEps())}));
            hold(scope, HeldList.NORMS, scope.floats(new float[] {root(config.headDim() * config.rmsNormEps())}));
            for (int layer = 0; layer < config.layers(); layer++) {
                holdHeadNorms(scope, layer);
                holdBiases(scope, layer);
            }
        }
    }

    /** Before attention, behind it, before the MLP, behind it. */
    private List<String> layerNorms() {
        return config.family().postNorms()
                ? List.of(
                        "input_layernorm.weight",
                        "post_attention_layernorm.weight",
                        "pre_feedforward_layernorm.weight",
                        "post_feedforward_layernorm.weight")
                : List.of("input_layernorm.weight", "", "post_attention_layernorm.weight", "");
    }

    private void holdHeadNorms(TensorScope scope, int layer) {
        if (!config.family().queryKeyNorms()) {
            return;
        }
        String prefix = "model.layers." + layer + ".self_attn.";
        float[] query = normValues(prefix + "q_norm.weight");
        float[] key = normValues(prefix + "k_norm.weight");
        int width = config.headDim();
        int heads = config.heads() + config.kvHeads();
        FloatBuffer all = FloatBuffer.allocate(heads * width);
        for (int head = 0; head < heads; head++) {
            all.put(head < config.heads() ? query : key);
        }
        hold(scope, HeldList.NORMS, scope.floats(all.flip(), heads, width));
    }

    private void holdBiases(TensorScope scope, int layer) {
        for (MatrixRole role : List.of(MatrixRole.QKV, MatrixRole.OUTPUT, MatrixRole.GATE_UP, MatrixRole.DOWN)) {
            List<String> names = FastMatrices.tensors(config, role, layer).stream()
                    .map(name -> name.replaceFirst("\\.weight$", ".bias"))
                    .toList();
            FloatBuffer all = FloatBuffer.allocate(shape(role).rows());
            names.stream().filter(source.names()::contains).forEach(name -> source.readFloats(name, all));
            hold(scope, HeldList.BIASES, scope.floats(all.flip(), all.limit()));
        }
    }

    private Tensor norm(TensorScope scope, String name) {
        float[] values = source.names().contains(name) ? normValues(name) : new float[0];
        return scope.floats(values, values.length);
    }

    /** A norm's weights as the program wants them: with the 1 that its family adds, times the root of their number. */
    private float[] normValues(String name) {
        float[] values = new float[Math.toIntExact(source.shape(name).elements())];
        source.readFloats(name, FloatBuffer.wrap(values));
        float added = config.family().normsAddOne() ? 1 : 0;
        float root = root(values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] + added) * root;
        }
        return values;
    }

    private static float root(double value) {
        return (float) Math.sqrt(value);
    }

    private void hold(TensorScope scope, HeldList list, Tensor tensor) {
        program.run(scope, "hold", list.number(), tensor);
    }
}
