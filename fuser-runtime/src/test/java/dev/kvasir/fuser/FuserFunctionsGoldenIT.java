package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.Goldens;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** The reference's small functions: sections, masks, sizes, gates, effective ranks. */
class FuserFunctionsGoldenIT {

    @TestFactory
    Stream<DynamicTest> functions() {
        return GoldenCase.of(Set.of("functions", "oracle")).flatMap(FuserFunctionsGoldenIT::tests);
    }

    private static Stream<DynamicTest> tests(GoldenCase golden) {
        if (golden.isMissing()) {
            return Stream.of(Goldens.missing(golden.file()));
        }
        JsonNode json = golden.json();
        Map<String, Runnable> byField = new LinkedHashMap<>();
        byField.put("proportion_sections", () -> checkShares(json));
        byField.put("sharers_to_mask", () -> checkMasks(json));
        byField.put("gate", () -> checkGates(json));
        byField.put("fuser_sizes", () -> checkSizes(json));
        byField.put("u", () -> checkTrainingGates(json));
        byField.put("tensors", () -> checkRanks(golden));
        return byField.entrySet().stream()
                .filter(check -> json.has(check.getKey()))
                .map(check -> test(golden.id() + ": " + check.getKey(), check.getValue()));
    }

    private static DynamicTest test(String name, Runnable check) {
        return DynamicTest.dynamicTest(name, check::run);
    }

    private static void checkShares(JsonNode json) {
        for (JsonNode row : json.get("proportion_sections")) {
            PartialFusion partial = new PartialFusion(
                    row.get("proportion").asDouble(),
                    PartialFusion.End.valueOf(row.get("order").asString().toUpperCase(Locale.ROOT)));
            List<Section> expected = new ArrayList<>();
            for (JsonNode section : row.get("sections")) {
                expected.add(new Section(
                        section.get("len").asInt(), section.get("row").get(0).asInt()));
            }
            int instruction = row.get("instruction_length").asInt();
            int response = row.get("response_length").asInt();
            assertThat(partial.sections(instruction, response))
                    .as(row.toString())
                    .isEqualTo(expected);
            if (instruction > 0 && response > 0) {
                List<Section> whole = List.of(Section.fused(instruction), Section.unfused(response));
                assertThat(partial.apply(whole)).as(row.toString()).isEqualTo(expected);
            }
        }
    }

    private static void checkMasks(JsonNode json) {
        for (JsonNode row : json.get("sharers_to_mask")) {
            List<Integer> sharers = new ArrayList<>();
            row.get("sharers").forEach(sharer -> sharers.add(sharer.asInt()));
            assertThat(Section.mask(sharers)).isEqualTo(row.get("mask").asInt());
        }
        for (JsonNode row : json.get("mask_to_sharers")) {
            Section section = new Section(1, row.get("mask").asInt());
            List<Integer> sharers = new ArrayList<>();
            for (int sharer = 1; sharer <= 31; sharer++) {
                if (section.fuses(sharer)) {
                    sharers.add(sharer);
                }
            }
            List<Integer> expected = new ArrayList<>();
            row.get("sharers").forEach(sharer -> expected.add(sharer.asInt()));
            assertThat(sharers).isEqualTo(expected);
        }
    }

    private static void checkGates(JsonNode json) {
        for (JsonNode row : json.get("gate")) {
            assertThat(Gates.TRAINED.open(row.get("logit").asDouble()))
                    .isEqualTo(row.get("open").asDouble() == 1);
        }
    }

    private static void checkSizes(JsonNode json) {
        for (JsonNode row : json.get("fuser_sizes")) {
            LayerFuserShape shape = new LayerFuserShape(
                    row.get("source_num_heads").asInt(),
                    row.get("source_dim").asInt(),
                    row.get("target_num_heads").asInt(),
                    row.get("target_dim").asInt(),
                    row.get("hidden_dim").asInt(),
                    row.get("intermediate_dim").asInt(),
                    row.get("num_layers").asInt(),
                    Ablation.NONE);
            Map<String, List<Long>> expected = new LinkedHashMap<>();
            row.get("tensors").properties().forEach(tensor -> {
                List<Long> sizes = new ArrayList<>();
                tensor.getValue().forEach(size -> sizes.add(size.asLong()));
                expected.put(tensor.getKey(), sizes);
            });
            assertThat(shape.tensors()).containsExactlyInAnyOrderEntriesOf(expected);
            assertThat(shape.parameters()).isEqualTo(row.get("trainable").asLong());
        }
    }

    private static void checkTrainingGates(JsonNode json) {
        double[] uniform = doubles(json.get("u"));
        try (TensorScope scope = TensorScope.root()) {
            Tensor drawn = scope.doubles(uniform, uniform.length);
            for (JsonNode row : json.get("expected")) {
                Tensor logit = scope.doubles(new double[] {row.get("logit").asDouble()});
                Tensor temperature =
                        scope.doubles(new double[] {row.get("temperature").asDouble()});
                double[] gate = PROGRAM.run(scope, "training_gate", logit, drawn, temperature)
                        .getFirst()
                        .toDoubles();
                assertThat(gate).containsExactly(doubles(row.get("gate")), within(1e-9));
            }
        }
    }

    private static void checkRanks(GoldenCase golden) {
        try (GoldenTensors tensors = golden.tensors()) {
            for (JsonNode row : golden.json().get("expected")) {
                String matrix = row.get("matrix").asString();
                int rows = row.get("shape").get(0).asInt();
                int columns = row.get("shape").get(1).asInt();
                assertThat(EffectiveRank.of(tensors.doubles(matrix), rows, columns))
                        .as(matrix)
                        .isCloseTo(row.get("effective_rank").asDouble(), within(1e-9));
            }
        }
    }

    private static double[] doubles(JsonNode values) {
        double[] doubles = new double[values.size()];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values.get(i).asDouble();
        }
        return doubles;
    }
}
