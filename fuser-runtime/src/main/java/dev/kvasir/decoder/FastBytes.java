package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.Kernel;
import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.decoder.kernel.ModelMatrices;
import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;

/** How much memory the fast profile takes for a model's weights. */
final class FastBytes {
    private final ModelConfig config;
    private final Weights source;
    private final KernelPlan plan;
    private final ModelMatrices matrices;

    FastBytes(ModelConfig config, ModelMatrices matrices, Weights source, KernelPlan plan) {
        this.config = config;
        this.source = source;
        this.plan = plan;
        this.matrices = matrices;
    }

    /** Of all copies; a tied head that is multiplied as the file has it is the embedding. */
    long all() {
        long bytes = direct(FastMatrices.EMBEDDING);
        for (MatrixRole role : MatrixRole.values()) {
            for (Kernel kernel : plan.torchCopies(role)) {
                bytes += kernel.bytesOf(matrices.shape(role)) * FastMatrices.count(config, role);
            }
            boolean isEmbedding = role == MatrixRole.HEAD && config.tiedEmbeddings();
            if (plan.isDirect(role) && !isEmbedding) {
                bytes += direct(role);
            }
        }
        for (String name : source.names()) {
            if (source.shape(name).rank() == 1) {
                bytes += source.shape(name).elements() * Float.BYTES;
            }
        }
        return bytes;
    }

    /** Of the copies that one row goes through. */
    long perToken() {
        long bytes = 0;
        for (MatrixRole role : MatrixRole.values()) {
            bytes += plan.isDirect(role, 1)
                    ? direct(role)
                    : plan.kernelForOne(role).bytesOf(matrices.shape(role)) * FastMatrices.count(config, role);
        }
        return bytes;
    }

    private long direct(MatrixRole role) {
        long bytes = 0;
        for (int layer = 0; layer < FastMatrices.count(config, role); layer++) {
            for (String tensor : FastMatrices.tensors(config, role, layer)) {
                bytes += direct(tensor);
            }
        }
        return bytes;
    }

    private long direct(String tensor) {
        return source.codeLayout(tensor)
                .orElse(CodeLayout.HALVES)
                .bytes(source.shape(tensor).elements());
    }
}
