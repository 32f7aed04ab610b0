package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.Goldens;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.fuser.GoldenFlow.Decode;
import dev.kvasir.fuser.GoldenFlow.Decoded;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Whole runs of the method's reference: every slice, weight, cache, logit and token, in float and in double. */
class FuserGoldenIT {

    private static final Set<String> FLOWS =
            Set.of("flow", "flow-multi", "flow-proportion", "flow-batch", "flow-aligned");

    /**
     * Largest absolute differences.
     *
     * @param cache also of slices
     */
    private record Limits(double cache, double weight, double logits) {

        static final Limits FLOAT = new Limits(3e-4, 5e-5, 5e-4);
        static final Limits DOUBLE = new Limits(1e-8, 1e-9, 1e-8);
    }

    @TestFactory
    Stream<DynamicTest> flows() {
        return GoldenCase.of(FLOWS)
                .flatMap(golden -> golden.isMissing()
                        ? Stream.of(Goldens.missing(golden.file()))
                        : Stream.of(ElementType.F32, ElementType.F64)
                                .map(type -> DynamicTest.dynamicTest(
                                        golden.id() + " in " + type, () -> checkFlow(golden, type))));
    }

    private static void checkFlow(GoldenCase golden, ElementType type) {
        try (GoldenFlow flow = new GoldenFlow(golden.json(), type);
                GoldenTensors tensors = golden.tensors()) {
            KvCache cache = flow.newCache(32);
            Tensor logits = flow.fused(flow.request(), cache, call -> checkCall(flow, tensors, call));
            checkLogits(flow, tensors, logits, type);
            checkCaches(flow, golden.json(), tensors, cache, type);
            checkTokens(flow, golden.json(), tensors, type);
        }
    }

    /** What a layer fuser saw and gave, by section, sharer and layer; recorded in float. */
    private static void checkCall(GoldenFlow flow, GoldenTensors tensors, FusionWatch.Call call) {
        String at = "f32/sec%d/sharer%d/layer%d/".formatted(sectionAt(flow, call.start()), call.sharer(), call.layer());
        String end = call.part() == Part.KEYS ? "_k" : "_v";
        if (tensors.has(at + "sharer" + end)) {
            compare(flow, tensors, at + "sharer" + end, call.shared(), call.start(), Limits.FLOAT.cache());
            compare(flow, tensors, at + "fuser_out" + end, call.fused(), call.start(), Limits.FLOAT.cache());
            compare(flow, tensors, at + "weight" + end, call.weight(), call.start(), Limits.FLOAT.weight());
        }
        if (tensors.has(at + "receiver_in" + end)) {
            compare(flow, tensors, at + "receiver_in" + end, call.receiver(), call.start(), Limits.FLOAT.cache());
        }
    }

    /** Compares {@code [rows, heads, n, features]} but where padding stands in front: there a token sees nothing at all. */
    private static void compare(
            GoldenFlow flow, GoldenTensors tensors, String name, Tensor actual, int start, double limit) {
        double[] expected = tensors.doubles(name);
        double[] found = actual.toDoubles();
        long[] shape = actual.shape();
        assertThat(shape).as(name).isEqualTo(tensors.shape(name));
        int features = (int) shape[3];
        for (int i = 0; i < found.length; i += features) {
            int position = start + (int) (i / features % shape[2]);
            int row = (int) (i / (shape[1] * shape[2] * features));
            if (flow.seesNothing(row, position)) {
                System.arraycopy(expected, i, found, i, features);
            }
        }
        assertThat(GoldenTensors.largestDifference(expected, found)).as(name).isLessThanOrEqualTo(limit);
    }

    private static int sectionAt(GoldenFlow flow, int start) {
        int at = 0;
        for (int i = 0; i < flow.request().sections().size(); i++) {
            if (at == start) {
                return i;
            }
            at += flow.request().sections().get(i).length();
        }
        throw new IllegalArgumentException("No section starts at " + start);
    }

    private static void checkLogits(GoldenFlow flow, GoldenTensors tensors, Tensor logits, ElementType type) {
        double limit = limits(type).logits();
        tensors.compare(prefix(type) + "logits_last_section", logits.toDoubles(), limit);
        assertThat(logits.size(0)).isEqualTo(flow.request().prompt().rows());
    }

    private static void checkCaches(
            GoldenFlow flow, JsonNode golden, GoldenTensors tensors, KvCache cache, ElementType type) {
        for (JsonNode layer : golden.get("layers_recorded")) {
            for (String stored : List.of("f32/", "f64/")) {
                String at = stored + "final/layer" + layer.asInt() + "/";
                boolean exact = type == ElementType.F64 && stored.equals("f64/");
                double limit = exact ? Limits.DOUBLE.cache() : Limits.FLOAT.cache();
                if (tensors.has(at + "k")) {
                    compare(flow, tensors, at + "k", cache.keys(flow.scope(), layer.asInt()), 0, limit);
                    compare(flow, tensors, at + "v", cache.values(flow.scope(), layer.asInt()), 0, limit);
                }
            }
        }
    }

    private static void checkTokens(GoldenFlow flow, JsonNode golden, GoldenTensors tensors, ElementType type) {
        JsonNode expected = golden.get("expected").get(type == ElementType.F32 ? "f32" : "f64");
        int steps = golden.get("new_tokens").asInt();
        boolean trims = expected.has("fixed_trim_tokens");
        FuseRequest ours = flow.request().withoutTrailingPads();
        Decoded decoded = decode(flow, ours, Decode.FULL_MASK, steps);
        assertThat(decoded.ids())
                .as("tokens")
                .isEqualTo(ids(expected.get(trims ? "fixed_trim_tokens" : "fixed_tokens")));
        String scores = prefix(type) + (trims ? "fixed_trim_scores" : "fixed_scores");
        checkScores(tensors, tensors.has(scores) ? scores : prefix(type) + "ref_scores", decoded, limits(type));

        if (trims) {
            assertThat(decode(flow, flow.request(), Decode.FULL_MASK, steps).ids())
                    .as("tokens after the padding")
                    .isEqualTo(ids(expected.get("fixed_tokens")));
        }
        if (!leftPadded(flow)) {
            Decoded reference = decode(flow, flow.request(), Decode.REFERENCE, steps);
            assertThat(reference.ids()).as("reference tokens").isEqualTo(ids(expected.get("ref_tokens")));
            checkScores(tensors, prefix(type) + "ref_scores", reference, limits(type));
        }
        KvCache cache = flow.newCache(32);
        Tensor alone = flow.alone(flow.request(), cache);
        Decoded unfused = flow.greedy(flow.request(), cache, alone, Decode.FULL_MASK, steps);
        assertThat(unfused.ids()).as("tokens alone").isEqualTo(ids(expected.get("alone_tokens")));
        tensors.compare(
                prefix(type) + "alone_logits",
                unfused.scores().getFirst(),
                limits(type).logits());
        checkClosed(flow, golden, unfused, decoded);
    }

    /** With every gate closed the receiver answers as if alone, to the last bit. */
    private static void checkClosed(GoldenFlow flow, JsonNode golden, Decoded unfused, Decoded fused) {
        if (golden.get("id").asString().equals("gates-closed")
                || flow.pair().fusers().isEmpty()) {
            for (int step = 0; step < fused.scores().size(); step++) {
                assertThat(fused.scores().get(step))
                        .containsExactly(unfused.scores().get(step));
            }
        }
    }

    private static boolean leftPadded(GoldenFlow flow) {
        return flow.request().prompt().mask().stream().anyMatch(row -> row.getFirst() == 0);
    }

    private static Decoded decode(GoldenFlow flow, FuseRequest asked, Decode how, int steps) {
        KvCache cache = flow.newCache(32);
        return flow.greedy(asked, cache, flow.fused(asked, cache, null), how, steps);
    }

    private static void checkScores(GoldenTensors tensors, String name, Decoded decoded, Limits limits) {
        long[] shape = tensors.shape(name);
        int rows = (int) shape[0];
        int steps = (int) shape[1];
        int vocabulary = (int) shape[2];
        double[] actual = new double[rows * steps * vocabulary];
        for (int row = 0; row < rows; row++) {
            for (int step = 0; step < steps; step++) {
                System.arraycopy(
                        decoded.scores().get(step),
                        row * vocabulary,
                        actual,
                        (row * steps + step) * vocabulary,
                        vocabulary);
            }
        }
        tensors.compare(name, actual, limits.logits());
    }

    private static List<List<Integer>> ids(JsonNode rows) {
        List<List<Integer>> lists = new ArrayList<>();
        for (JsonNode row : rows) {
            List<Integer> list = new ArrayList<>();
            row.forEach(id -> list.add(id.asInt()));
            lists.add(list);
        }
        return lists;
    }

    @TestFactory
    Stream<DynamicTest> halfPrecision() {
        return GoldenCase.of(Set.of("bf16"))
                .map(golden -> golden.isMissing()
                        ? Goldens.missing(golden.file())
                        : DynamicTest.dynamicTest(golden.id(), () -> checkHalf(golden)));
    }

    private static void checkHalf(GoldenCase golden) {
        JsonNode json = golden.json();
        try (GoldenFlow flow = new GoldenFlow(json, ElementType.BF16);
                GoldenTensors tensors = golden.tensors()) {
            KvCache cache = flow.newCache(32);
            Tensor logits = flow.fused(flow.request(), cache, null);
            checkNear(tensors, "f32r/logits_last_section", logits.toDoubles(), 0.05, 0.999);
            for (JsonNode layer : json.get("layers_recorded")) {
                String at = "f32r/final/layer" + layer.asInt() + "/";
                checkNear(
                        tensors,
                        at + "k",
                        cache.keys(flow.scope(), layer.asInt()).toDoubles(),
                        0.1,
                        0.995);
                checkNear(
                        tensors,
                        at + "v",
                        cache.values(flow.scope(), layer.asInt()).toDoubles(),
                        0.1,
                        0.995);
            }
            int first = json.get("expected")
                    .get("f32")
                    .get("ref_tokens")
                    .get(0)
                    .get(0)
                    .asInt();
            Decoded decoded = flow.greedy(flow.request(), cache, logits, Decode.FULL_MASK, 1);
            assertThat(decoded.ids().getFirst().getFirst()).isEqualTo(first);
            checkLayerFuser(flow, tensors);
        }
    }

    private static void checkNear(GoldenTensors tensors, String name, double[] actual, double rms, double cosine) {
        double[] expected = tensors.doubles(name);
        assertThat(GoldenTensors.relativeRms(expected, actual)).as(name).isLessThanOrEqualTo(rms);
        assertThat(GoldenTensors.cosine(expected, actual)).as(name).isGreaterThanOrEqualTo(cosine);
    }

    /** One layer fuser on equal 16-bit inputs, against 32 bits. */
    private static void checkLayerFuser(GoldenFlow flow, GoldenTensors tensors) {
        LayerFuser fuser =
                flow.pair().fusers().getFirst().layer(3).orElseThrow().fuser();
        Tensor gate = flow.scope().floats(new float[] {fuser.keys().open(Gates.TRAINED) ? 1 : 0}, 1, 1, 1, 1);
        Tensor receiver = half(flow, tensors, "bf16/sec0/sharer1/layer3/receiver_in_k");
        Tensor sharer = half(flow, tensors, "bf16/sec0/sharer1/layer3/sharer_k");
        Tensor fused =
                fuser.keys().add(flow.scope(), receiver, fuser.keys().project(flow.scope(), sharer, receiver), gate, 1);
        assertThat(fused.elementType()).isEqualTo(ElementType.F32);
        double[] expected = tensors.doubles("fuser_only_f32/layer3/k");
        assertThat(GoldenTensors.relativeRms(expected, fused.toDoubles())).isLessThanOrEqualTo(0.01);
    }

    private static Tensor half(GoldenFlow flow, GoldenTensors tensors, String name) {
        Tensor wide = flow.scope().doubles(tensors.doubles(name), tensors.shape(name));
        return LayerFuserProgram.PROGRAM
                .run(flow.scope(), "cast", wide, (long) ElementType.BF16.code())
                .getFirst();
    }

    private static Limits limits(ElementType type) {
        return type == ElementType.F64 ? Limits.DOUBLE : Limits.FLOAT;
    }

    private static String prefix(ElementType type) {
        return type == ElementType.F64 ? "f64/" : "f32/";
    }
}
