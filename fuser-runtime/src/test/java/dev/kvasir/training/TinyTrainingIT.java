package dev.kvasir.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.fuser.FillRule;
import dev.kvasir.fuser.TinyPair;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import dev.kvasir.training.FuserParameters.Name;
import dev.kvasir.training.TrainingPass.Draw;
import dev.kvasir.training.TrainingRecipe.Optimiser;
import dev.kvasir.training.TrainingSample.SampleSection;
import dev.kvasir.training.TrainingSample.TokenRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hand-checked pair in training. */
class TinyTrainingIT {

    private static final Draw EVALUATION = new Draw(new SeededNoise(0, 0), 0, 1);

    @TempDir
    private Path folder;

    @Test
    void theLossIsTheHandCheckedOne() {
        try (Tiny tiny = new Tiny(ElementType.F64)) {
            assertThat(tiny.loss()).isEqualTo(3.481256772285762, within(1e-9));
        }
    }

    @Test
    void gradientsAreTheSlopesOfTheLoss() {
        try (Tiny tiny = new Tiny(ElementType.F64)) {
            List<Tensor> found = tiny.gradients();
            for (int check = 0; check < 20; check++) {
                int parameter = (check * 37 + 5) % tiny.parameters.names().size();
                int element = check % tiny.parameters.names().get(parameter).count();
                double gradient = found.get(1 + parameter).toDoubles()[element];
                assertThat(gradient)
                        .as("%s[%d]", tiny.parameters.names().get(parameter).full(), element)
                        .isEqualTo(tiny.slope(parameter, element), within(1e-4 * Math.max(Math.abs(gradient), 1e-4)));
            }
        }
    }

    @Test
    void aStepLowersTheLoss() {
        try (Tiny tiny = new Tiny(ElementType.F32)) {
            double before = tiny.loss();
            List<Tensor> found = tiny.gradients();
            new AdamW(tiny.program, tiny.scope, tiny.parameters, new Optimiser(1e-3, 0.01, 0, 1, 1, 0.001))
                    .update(
                            tiny.scope,
                            new FuserParameters(tiny.parameters.names(), found.subList(1, found.size())),
                            1,
                            1e-3);
            assertThat(tiny.loss()).isLessThan(before);
        }
    }

    /** Eight tokens, the first two fused, five of them to be learnt; all gates open. */
    private final class Tiny implements AutoCloseable {

        private final TorchProgram program = TorchProgram.compile(TrainingProgram.SOURCE);
        private final TensorScope scope = TensorScope.root();
        private final TrainingBatch batch;
        private final FrozenCaches caches;
        private final FuserParameters parameters;
        private final TrainingPass pass;

        private Tiny(ElementType type) {
            FrozenDecoder receiver =
                    FrozenWeights.load(scope, program, TinyPair.receiverConfig(), TinyPair.receiverWeights(), type);
            FrozenDecoder sharer =
                    FrozenWeights.load(scope, program, TinyPair.sharerConfig(), TinyPair.sharerWeights(), type);
            TokenRow row = new TokenRow(List.of(3, 17, 8, 25, 11, 30, 5, 9), Collections.nCopies(8, true));
            List<Integer> labels = List.of(-100, -100, -100, 25, 11, 30, 5, 9);
            TrainingSample sample = TrainingSample.placeByPlace(
                    row, row, labels, List.of(new SampleSection(2, true), new SampleSection(6, false)));
            batch = TrainingBatch.of(List.of(sample), 0);
            caches = FrozenCaches.compute(
                    FrozenCaches.Plan.of(sharer, List.of(0, 0, 1), receiver),
                    List.of(sample),
                    folder.resolve("caches"),
                    done -> {});
            parameters = filled(scope, type);
            pass = new TrainingPass(program, receiver, TinyPair.SHAPE, parameters, List.of());
        }

        private static FuserParameters filled(TensorScope scope, ElementType type) {
            List<Name> names = FuserParameters.namesOf(TinyPair.SHAPE, 3);
            List<Tensor> tensors = new ArrayList<>();
            for (Name name : names) {
                TreeSet<String> filled = new TreeSet<>(TinyPair.SHAPE.tensors().keySet());
                filled.removeIf(key -> key.endsWith("gate_logit") || key.equals("gate_temperature"));
                int seed = 201 + 100 * name.layer() + filled.headSet(name.key()).size();
                double[] values = name.gate() ? new double[] {0.5} : FillRule.parameter(name.key(), seed, name.shape());
                tensors.add(Numbers.tensor(scope, type, values, name.sizes()));
            }
            return new FuserParameters(names, tensors);
        }

        private double loss() {
            return pass.loss(scope, batch, caches.slices(scope, batch, List.of(0)));
        }

        private List<Tensor> gradients() {
            return pass.gradients(scope, batch, caches.slices(scope, batch, List.of(0)), EVALUATION);
        }

        /** Of the loss along one number, by central differences. */
        private double slope(int parameter, int element) {
            Tensor tensor = parameters.tensors().get(parameter);
            double at = tensor.toDoubles()[element];
            if (parameters.names().get(parameter).gate()) {
                return 0; // an open gate is open
            }
            double step = 1e-5;
            tensor.memory().asDoubleBuffer().put(element, at + step);
            double above = loss();
            tensor.memory().asDoubleBuffer().put(element, at - step);
            double below = loss();
            tensor.memory().asDoubleBuffer().put(element, at);
            return (above - below) / (2 * step);
        }

        @Override
        public void close() {
            caches.close();
            scope.close();
            program.close();
        }
    }
}
