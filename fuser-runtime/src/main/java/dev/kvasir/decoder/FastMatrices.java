package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.decoder.kernel.MatrixShape;
import dev.kvasir.decoder.kernel.ModelMatrices;
import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which tensors of a checkpoint make up the matrices that the fast profile multiplies by. */
final class FastMatrices {
    static final String EMBEDDING = "model.embed_tokens.weight";

    private FastMatrices() {}

    /** The tensors whose rows, one below the other, are the matrix of a role; the layer counts for all but the head. */
    static List<String> tensors(ModelConfig config, MatrixRole role, int layer) {
        String prefix = "model.layers." + layer + ".";
        return switch (role) {
            case QKV ->
                List.of(
                        prefix + "self_attn.q_proj.weight",
                        prefix + "self_attn.k_proj.weight",
                        prefix + "self_attn.v_proj.weight");
            case OUTPUT -> List.of(prefix + "self_attn.o_proj.weight");
            case GATE_UP -> List.of(prefix + "mlp.gate_proj.weight", prefix + "mlp.up_proj.weight");
            case DOWN -> List.of(prefix + "mlp.down_proj.weight");
            case HEAD -> List.of(config.tiedEmbeddings() ? EMBEDDING : "lm_head.weight");
        };
    }

    /** What kernels are chosen by. */
    static ModelMatrices of(ModelConfig config, Weights weights) {
        Map<MatrixRole, MatrixShape> shapes = new EnumMap<>(MatrixRole.class);
        Map<MatrixRole, CodeLayout> layouts = new EnumMap<>(MatrixRole.class);
        for (MatrixRole role : MatrixRole.values()) {
            int rows = 0;
            int columns = 0;
            for (String tensor : tensors(config, role, 0)) {
                rows += Math.toIntExact(weights.shape(tensor).extent(0));
                columns = Math.toIntExact(weights.shape(tensor).extent(1));
            }
            shapes.put(role, new MatrixShape(rows, columns));
            layout(config, weights, role).ifPresent(layout -> layouts.put(role, layout));
        }
        return new ModelMatrices(shapes, layouts);
    }

    /** The layout that most of a role's tensors have, if all have one. */
    private static Optional<CodeLayout> layout(ModelConfig config, Weights weights, MatrixRole role) {
        Map<CodeLayout, Integer> counts = new EnumMap<>(CodeLayout.class);
        for (int layer = 0; layer < count(config, role); layer++) {
            for (String tensor : tensors(config, role, layer)) {
                Optional<CodeLayout> layout = weights.codeLayout(tensor);
                if (layout.isEmpty()) {
                    return Optional.empty();
                }
                counts.merge(layout.get(), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    /** How many matrices of the role there are. */
    static int count(ModelConfig config, MatrixRole role) {
        return role == MatrixRole.HEAD ? 1 : config.layers();
    }
}
