package dev.kvasir.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.Goldens;
import dev.kvasir.fuser.LayerFuserShape;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import dev.kvasir.training.FuserParameters.Name;
import dev.kvasir.training.TrainingPass.Draw;
import dev.kvasir.training.TrainingRecipe.Optimiser;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The reference's training runs, step by step, with its noise and dropout masks. */
class TrainingGoldenIT {

    private static final Path ROOT = Goldens.path("c2c");

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyTrainingCaseIsTheReferences() {
        if (!Files.exists(ROOT.resolve("index.json"))) {
            return Stream.empty();
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : Goldens.json(ROOT.resolve("index.json")).get("cases")) {
            Path file = Path.of(entry.get("file").asString());
            if (!entry.get("kind").asString().equals("training")) {
                continue;
            }
            if (!Files.exists(ROOT.resolve(file))) {
                tests.add(Goldens.missing(ROOT.resolve(file)));
                continue;
            }
            tests.add(DynamicTest.dynamicTest(file + " reads its chats", () -> reads(file)));
            tests.add(DynamicTest.dynamicTest(file + " collates", () -> collates(file)));
            tests.add(DynamicTest.dynamicTest(file + " in F64", () -> trains(file, ElementType.F64)));
            tests.add(DynamicTest.dynamicTest(file + " in F32", () -> trains(file, ElementType.F32)));
        }
        return tests.stream();
    }

    private static void reads(Path file) {
        try (TrainingGolden golden = new TrainingGolden(ROOT, file);
                Checkpoint receiver = Checkpoint.open(ROOT.resolve("models").resolve(golden.receiver()));
                Checkpoint sharer = Checkpoint.open(ROOT.resolve("models").resolve(golden.sharer()))) {
            ChatSamples chats = new ChatSamples(side(receiver), side(sharer), golden.alignment());
            List<TrainingSample> expected = golden.samples();
            for (int row = 0; row < expected.size(); row++) {
                assertThat(chats.of(golden.chat(row))).isEqualTo(expected.get(row));
            }
        }
    }

    private static ChatSamples.Side side(Checkpoint model) {
        return new ChatSamples.Side(model.tokenizer(), model.chatTemplate().orElseThrow());
    }

    private static void collates(Path file) {
        try (TrainingGolden golden = new TrainingGolden(ROOT, file)) {
            TrainingBatch batch = TrainingBatch.of(golden.samples(), golden.pad());
            JsonNode expected = golden.json().get("batch");
            for (int row = 0; row < batch.rows(); row++) {
                int r = row;
                JsonNode ids = expected.get("input_ids");
                assertThat(row(batch, t -> (int) batch.receiver().id(r, t)))
                        .isEqualTo(TrainingGolden.integers(
                                golden.aligned() ? ids.get(0).get(row) : ids.get(row)));
                assertThat(row(batch, t -> (int) batch.label(r, t)))
                        .isEqualTo(
                                TrainingGolden.integers(expected.get("labels").get(row)));
                assertThat(row(batch, t -> (int) batch.receiver().position(r, t)))
                        .isEqualTo(TrainingGolden.integers(
                                expected.get("position_ids").get(row)));
            }
        }
    }

    private static List<Integer> row(TrainingBatch batch, java.util.function.IntUnaryOperator column) {
        return IntStream.range(0, batch.length()).map(column).boxed().toList();
    }

    private void trains(Path file, ElementType type) {
        try (TrainingGolden golden = new TrainingGolden(ROOT, file);
                Checkpoint receiver = Checkpoint.open(ROOT.resolve("models").resolve(golden.receiver()));
                Checkpoint sharer = Checkpoint.open(ROOT.resolve("models").resolve(golden.sharer()));
                TorchProgram program = TorchProgram.compile(TrainingProgram.SOURCE);
                TensorScope scope = TensorScope.root()) {
            FrozenDecoder reading = FrozenWeights.load(scope, program, receiver.config(), receiver.weights(), type);
            FrozenDecoder sharing = FrozenWeights.load(scope, program, sharer.config(), sharer.weights(), type);
            FuserParameters parameters = parameters(scope, golden, type, reading.layers());
            try (FrozenCaches caches = FrozenCaches.compute(
                    FrozenCaches.Plan.of(sharing, golden.layerOf(), reading),
                    golden.samples(),
                    folder.resolve(file.getFileName() + "." + type),
                    done -> {})) {
                TrainingPass pass = new TrainingPass(program, reading, golden.shape(), parameters, List.of());
                new Run(golden, pass, caches, parameters, type == ElementType.F64).check(scope, program);
            }
        }
    }

    private static FuserParameters parameters(TensorScope scope, TrainingGolden golden, ElementType type, int layers) {
        List<Name> names = FuserParameters.namesOf(golden.shape(), layers);
        List<Tensor> tensors = new ArrayList<>();
        try (SafetensorsFile start = golden.fuser()) {
            for (Name name : names) {
                float[] values = new float[name.count()];
                start.readFloats(name.full(), FloatBuffer.wrap(values));
                tensors.add(Numbers.tensor(scope, type, values, name.sizes()));
            }
        }
        return new FuserParameters(names, tensors);
    }

    private record Run(
            TrainingGolden golden, TrainingPass pass, FrozenCaches caches, FuserParameters parameters, boolean wide) {

        void check(TensorScope scope, TorchProgram program) {
            JsonNode settings = golden.json().get("optimiser");
            AdamW optimiser = new AdamW(
                    program,
                    scope,
                    parameters,
                    new Optimiser(
                            settings.get("lr").asDouble(),
                            settings.get("weight_decay").asDouble(),
                            0,
                            settings.get("max_grad_norm").asDouble(),
                            1,
                            0.001));
            checkEvaluation(scope, "eval_loss_before");
            JsonNode steps = golden.steps(wide);
            for (int step = 1; step <= steps.size(); step++) {
                checkStep(scope, optimiser, step, steps.get(step - 1));
            }
            checkEvaluation(scope, "eval_loss_after");
            for (int i = 0; i < parameters.names().size(); i++) {
                String name = parameters.names().get(i).full();
                assertThat(parameters.tensors().get(i).toDoubles())
                        .as("final " + name)
                        .containsExactly(golden.tensor("final/" + name), within(wide ? 1e-8 : 1e-5));
            }
        }

        private void checkEvaluation(TensorScope scope, String key) {
            TrainingBatch batch = TrainingBatch.of(golden.samples(), golden.pad());
            double loss = pass.loss(scope, batch, caches.slices(scope, batch, rows(batch)));
            assertThat(loss).as(key).isEqualTo(golden.expected(wide).get(key).asDouble(), within(wide ? 1e-8 : 2e-5));
        }

        private void checkStep(TensorScope scope, AdamW optimiser, int step, JsonNode expected) {
            TrainingBatch batch = TrainingBatch.of(golden.samples(), golden.pad());
            LayerFuserShape shape = golden.shape();
            Draw draw = new Draw(
                    new RecordedNoise(golden::tensor, step, shape.projectorBlocks()),
                    expected.get("gate_temperature_used").asDouble(),
                    1 - golden.dropout());
            List<Tensor> found = pass.gradients(scope, batch, caches.slices(scope, batch, rows(batch)), draw);
            double tolerance = wide ? 1e-8 : 2e-5;
            assertThat(found.getFirst().toDoubles()[0])
                    .as("loss of step " + step)
                    .isEqualTo(expected.get("loss").asDouble(), within(tolerance));
            FuserParameters gradients = new FuserParameters(parameters.names(), found.subList(1, found.size()));
            if (step == 1) {
                checkGradients(gradients);
            }
            JsonNode settings = golden.json().get("optimiser");
            TrainingSchedule schedule = new TrainingSchedule(
                    settings.get("total_steps").asInt(),
                    settings.get("warmup_steps").asInt(),
                    settings.get("lr").asDouble(),
                    1,
                    0.001);
            assertThat(schedule.rate(step)).isEqualTo(expected.get("lr").asDouble(), within(1e-15));
            assertThat(schedule.temperature(step + 1))
                    .isEqualTo(expected.get("gate_temperature_after").asDouble(), within(wide ? 1e-12 : 1e-7));
            double norm = optimiser.update(scope, gradients, step, schedule.rate(step));
            assertThat(norm).isEqualTo(expected.get("grad_norm_before_clip").asDouble(), within(wide ? 1e-8 : 2e-4));
        }

        private void checkGradients(FuserParameters gradients) {
            for (int i = 0; i < gradients.names().size(); i++) {
                String name = gradients.names().get(i).full();
                double narrow = golden.storedWide("grad_step1/" + name) ? 1e-8 : 1e-6;
                assertThat(gradients.tensors().get(i).toDoubles())
                        .as("gradient of " + name)
                        .containsExactly(golden.tensor("grad_step1/" + name), within(wide ? narrow : 2e-5));
            }
        }

        private static List<Integer> rows(TrainingBatch batch) {
            return IntStream.range(0, batch.rows()).boxed().toList();
        }
    }
}
