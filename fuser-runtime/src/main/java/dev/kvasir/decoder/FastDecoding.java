package dev.kvasir.decoder;

import dev.kvasir.decoder.direct.Operand;
import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.KernelTuner;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.decoder.kernel.ModelMatrices;
import dev.kvasir.decoder.step.DecoderStep;
import dev.kvasir.decoder.step.NextPosition;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The fast profile: prompts are read by programs that hold their weights, each in the layout of the kernels that were chosen
 * for it; single tokens are computed in Java, their matrices by the kernel that is the quickest for so few.
 */
final class FastDecoding implements Decoding {
    private final ModelConfig config;
    private final KernelPlan plan;
    private final FastLayers layers;
    private final FastMemory memory;
    private final DecoderStep step;
    private final long bytes;
    private final long bytesPerToken;

    private FastDecoding(ModelConfig config, KernelPlan plan, FastLayers layers, FastMemory memory, FastBytes bytes) {
        this.config = config;
        this.plan = plan;
        this.layers = layers;
        this.memory = memory;
        this.step = new DecoderStep(config, memory.embedding(), memory.vectors(), this::multiply);
        this.bytes = bytes.all();
        this.bytesPerToken = bytes.perToken();
    }

    static FastDecoding load(ModelConfig config, Weights weights) {
        ModelMatrices matrices = FastMatrices.of(config, weights);
        return load(config, matrices, weights, KernelTuner.plan(matrices));
    }

    static FastDecoding load(ModelConfig config, Weights weights, KernelPlan plan) {
        return load(config, FastMatrices.of(config, weights), weights, plan);
    }

    private static FastDecoding load(ModelConfig config, ModelMatrices matrices, Weights weights, KernelPlan plan) {
        FastBytes bytes = new FastBytes(config, matrices, weights, plan);
        return new FastLoading(config, matrices, weights, plan)
                .load((layers, memory) -> new FastDecoding(config, plan, layers, memory, bytes));
    }

    @Override
    public Tensor forward(TensorScope scope, Batch batch) {
        try (TensorScope own = scope.child()) {
            return scope.keep(layers.forward(own, embedded(own, batch.ids()), batch));
        }
    }

    @Override
    public double[] attentionTo(TensorScope scope, Batch batch, int watched) {
        try (TensorScope own = scope.child()) {
            return layers.attentionTo(own, embedded(own, batch.ids()), batch, watched);
        }
    }

    /** {@code [rows * tokens, hidden]}. */
    private Tensor embedded(TensorScope scope, List<Integer> ids) {
        int hidden = config.hiddenSize();
        float[] x = new float[ids.size() * hidden];
        for (int i = 0; i < ids.size(); i++) {
            step.embed(ids.get(i), x, i * hidden);
        }
        return scope.floats(x, ids.size(), hidden);
    }

    @Override
    public Tensor decodeEach(TensorScope scope, List<NextToken> tokens) {
        List<NextPosition> positions =
                tokens.stream().map(FastDecoding::position).toList();
        float[] logits = new float[tokens.size() * config.vocabularySize()];
        step.run(positions, logits);
        return scope.floats(logits, tokens.size(), 1, config.vocabularySize());
    }

    private static NextPosition position(NextToken token) {
        KvCache cache = token.cache();
        return new NextPosition(
                token.id(),
                cache.length(),
                cache.length(),
                cache.capacity(),
                cache.keyMemory(),
                cache.valueMemory(),
                cache.firsts(),
                token.hidden());
    }

    private void multiply(MatrixRole role, int layer, Operand operand, int tokens, float[] y) {
        if (plan.isDirect(role, tokens)) {
            memory.multiply(role, layer, operand, y);
            return;
        }
        int columns = operand.columns();
        try (TensorScope scope = TensorScope.root()) {
            Tensor x = scope.floats(FloatBuffer.wrap(operand.rows(), 0, tokens * columns), tokens, columns);
            layers.multiply(scope, role, layer, x).memory().asFloatBuffer().get(y, 0, y.length);
        }
    }

    @Override
    public String dtype() {
        return plan.dtype();
    }

    @Override
    public TorchDevice device() {
        return TorchDevice.CPU;
    }

    @Override
    public ElementType elementType() {
        return ElementType.F32;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long bytesPerToken() {
        return bytesPerToken;
    }

    @Override
    public Profile profile() {
        return Profile.FAST;
    }

    @Override
    public void close() {
        layers.close();
        memory.close();
    }
}
