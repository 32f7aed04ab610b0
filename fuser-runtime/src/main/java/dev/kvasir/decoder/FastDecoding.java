package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.KernelTuner;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;

/** The fast profile: a program that holds its weights, each in the layout of the kernels that were chosen for it. */
final class FastDecoding implements Decoding {
    private final TorchProgram program;
    private final KernelPlan plan;
    private final long bytes;
    private final long bytesPerToken;

    private FastDecoding(TorchProgram program, KernelPlan plan, long bytes, long bytesPerToken) {
        this.program = program;
        this.plan = plan;
        this.bytes = bytes;
        this.bytesPerToken = bytesPerToken;
    }

    static FastDecoding load(ModelConfig config, Weights weights) {
        return load(config, weights, KernelTuner.plan(FastMatrices.shapes(config, weights)));
    }

    static FastDecoding load(ModelConfig config, Weights weights, KernelPlan plan) {
        TorchProgram program = FastProgram.compile(config, plan);
        try {
            FastWeights.fill(config, weights, plan, program);
            return new FastDecoding(
                    program,
                    plan,
                    FastWeights.bytes(config, weights, plan),
                    FastWeights.bytesPerToken(config, weights, plan));
        } catch (RuntimeException | Error fault) {
            program.close();
            throw fault;
        }
    }

    @Override
    public Tensor forward(TensorScope scope, Batch batch) {
        KvCache cache = batch.cache();
        return program.run(
                        scope,
                        "forward",
                        batch.ids(),
                        batch.positions(),
                        batch.mask(),
                        cache.keySlabs(),
                        cache.valueSlabs(),
                        cache.length(),
                        batch.lastLogits())
                .getFirst();
    }

    @Override
    public Tensor decodeEach(TensorScope scope, Step step) {
        return program.run(
                        scope,
                        "decode_each",
                        step.ids(),
                        step.positions(),
                        step.seen(),
                        step.keys(),
                        step.values(),
                        step.starts())
                .getFirst();
    }

    @Override
    public String dtype() {
        return plan.dtype();
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
        program.close();
    }
}
