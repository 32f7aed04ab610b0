package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.List;

/**
 * One layer fuser with its parameters in memory, which {@link LoadedFuser} owns: keys and values are two sides of one
 * shape that share nothing.
 */
record LayerFuser(LayerFuserShape shape, Side keys, Side values) {

    /**
     * @param parameters in the order of {@link LayerFuserShape#side}
     * @param gateLogit the gate is open above 0
     */
    record Side(Ablation ablation, List<Tensor> parameters, double gateLogit) {

        Side {
            parameters = List.copyOf(parameters);
        }

        boolean open(Gates gates) {
            return !ablation.gated() || gates.open(gateLogit);
        }

        /** What the sharer adds, and how much it weighs; both live in the scope. */
        Projection project(TensorScope scope, Tensor sharer, Tensor receiver) {
            List<Tensor> both = PROGRAM.run(scope, "project", sharer, receiver, parameters, ablation.readsReceiver());
            Tensor weight = both.get(1);
            if (!ablation.weighted()) {
                weight = PROGRAM.run(scope, "ones_like", weight).getFirst();
            }
            return new Projection(both.getFirst(), weight);
        }

        /** The receiver's side with the projection added; for 16-bit models in 32 bits if the gate has them. */
        Tensor add(TensorScope scope, Tensor receiver, Projection projection, Tensor gate, double scale) {
            if (ablation == Ablation.PROJECTION) {
                return projection.features();
            }
            return PROGRAM.run(scope, "add", receiver, projection.features(), projection.weight(), gate, scale)
                    .getFirst();
        }
    }

    /**
     * @param features {@code [batch, heads, n, headDim]}
     * @param weight {@code [batch, heads, n, 1]}, in (0, 1)
     */
    record Projection(Tensor features, Tensor weight) {}
}
