package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.kvasir.Goldens;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * What the fast profile costs in quality on real models, with the kernels it chooses here: the perplexity of the golden
 * texts, read in chunks and token by token, and along the golden tokens how often its best token is theirs. Models lie
 * where {@link RealGoldenIT} looks for them. Nightly: which kernels are the quickest, and so what they cost, is the machine's.
 */
@Tag("nightly")
class FastGoldenIT {
    /** Of the reference's perplexity, where numbers are kept in 8 bits, and where in 16 or more. */
    private static final double BYTES_MAY_COST = 0.03;

    private static final double HALVES_MAY_COST = 0.01;

    private static final int CHUNK = 64;

    @TestFactory
    List<DynamicTest> everyRealModelKeepsItsPerplexity() {
        return tests(checkpoint -> LoadedModel.load(checkpoint, Profile.FAST));
    }

    /** With the program that a GPU runs, on the processor. */
    @TestFactory
    List<DynamicTest> everyRealModelKeepsItsPerplexityInAGpusFastProfile() {
        return tests(checkpoint -> LoadedModel.load(
                checkpoint.path().getFileName() + " (as on a GPU)",
                checkpoint.config(),
                checkpoint.weights(),
                ElementType.F32,
                LinearKernel.HALVES));
    }

    private static List<DynamicTest> tests(Function<Checkpoint, LoadedModel> loader) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("real")) {
            JsonNode golden = Goldens.json(file);
            Path model = RealGoldenIT.models()
                    .resolve(golden.get("model").get("file").asString());
            tests.add(
                    Files.exists(model)
                            ? dynamicTest(Goldens.name(file), () -> check(golden, model, loader))
                            : RealGoldenIT.missing(model));
        }
        return tests;
    }

    private static void check(JsonNode golden, Path file, Function<Checkpoint, LoadedModel> loader) {
        try (Checkpoint checkpoint = Checkpoint.open(file);
                LoadedModel model = loader.apply(checkpoint)) {
            System.out.println(model.name() + " " + KernelReport.of(checkpoint));
            double mayCost = model.dtype().contains("int8") ? BYTES_MAY_COST : HALVES_MAY_COST;
            for (JsonNode text : golden.get("texts")) {
                for (int chunk : new int[] {CHUNK, 1}) {
                    checkPerplexity(model, text, chunk, mayCost);
                }
            }
            checkAgreement(model, golden.get("prompts"));
        }
    }

    private static void checkPerplexity(LoadedModel model, JsonNode text, int chunk, double mayCost) {
        double golden = text.get("perplexity").asDouble();
        double own = Math.exp(-meanLogProbability(model, ModelGolden.ids(text.get("ids")), chunk));
        System.out.printf(
                "%s %s by %d: perplexity %.4f, golden %.4f, %+.2f %%%n",
                model.name(), text.get("name").asString(), chunk, own, golden, 100 * (own / golden - 1));
        assertThat(own).isLessThan(golden * (1 + mayCost));
    }

    private static double meanLogProbability(LoadedModel model, List<Integer> ids, int chunk) {
        List<Double> all = new ArrayList<>();
        try (KvCache cache = model.newCache(1, ids.size())) {
            for (int from = 0; from < ids.size() - 1; from += chunk) {
                List<Integer> part = ids.subList(from, Math.min(from + chunk, ids.size() - 1));
                all.addAll(LogLikelihood.ofNext(model, cache, part, ids.subList(from + 1, from + 1 + part.size())));
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** The golden tokens are fed, not the model's own: one early difference would change everything behind it. */
    private static void checkAgreement(LoadedModel model, JsonNode prompts) {
        int steps = 0;
        int agreed = 0;
        for (JsonNode prompt : prompts) {
            List<Integer> ids = ModelGolden.ids(prompt.get("ids"));
            List<Integer> golden = ModelGolden.ids(prompt.get("greedy").get("ids"));
            List<Integer> best = bestAlong(model, ids, golden);
            steps += golden.size();
            for (int step = 0; step < golden.size(); step++) {
                if (best.get(step).equals(golden.get(step))) {
                    agreed++;
                }
            }
        }
        System.out.printf("%s: best token agrees at %d of %d steps%n", model.name(), agreed, steps);
        assertThat(agreed).isGreaterThan(steps * 9 / 10);
    }

    private static List<Integer> bestAlong(LoadedModel model, List<Integer> prompt, List<Integer> golden) {
        List<Integer> best = new ArrayList<>();
        try (KvCache cache = model.newCache(1, prompt.size() + golden.size());
                TensorScope scope = TensorScope.root()) {
            best.add(BestTokens.of(new Prefill(model, () -> false).run(scope, Forward.of(prompt, cache)))[0]);
            for (int id : golden.subList(0, golden.size() - 1)) {
                best.add(BestTokens.of(model.forward(scope, Forward.of(List.of(id), cache)))[0]);
            }
        }
        return best;
    }
}
