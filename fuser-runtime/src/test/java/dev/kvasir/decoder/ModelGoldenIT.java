package dev.kvasir.decoder;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.kvasir.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Tiny models of every family compute, decode and score what the reference does. */
class ModelGoldenIT {
    private static final double GGUF_TOLERANCE = 3e-3;

    @TestFactory
    List<DynamicNode> everyModelFolderComputesWhatTheReferenceDoes() throws IOException {
        Path models = Goldens.path("models/models");
        if (!Files.isDirectory(models)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(models)) {
            return folders.filter(folder -> Files.exists(folder.resolve("golden.json")))
                    .sorted()
                    .map(ModelGoldenIT::folderTests)
                    .toList();
        }
    }

    @TestFactory
    List<DynamicNode> everyGgufFileComputesWhatTheReferenceDoes() {
        List<DynamicNode> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("models/gguf")) {
            tests.add(ggufTests(file));
        }
        return tests;
    }

    private static DynamicNode folderTests(Path folder) {
        ModelGolden golden = new ModelGolden(folder, folder.resolve("golden.json"));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode prompt : golden.get("prompts")) {
            String name = prompt.get("name").asString();
            tests.add(dynamicTest(name + " logits", () -> golden.checkLogits(prompt, golden.tolerance(prompt))));
            tests.add(dynamicTest(name + " greedy", () -> golden.checkGreedy(prompt)));
        }
        tests.add(dynamicTest("stop", () -> golden.checkStop(golden.get("stop"))));
        tests.add(dynamicTest("cache", () -> golden.checkCache(golden.get("cache"))));
        tests.add(dynamicTest("batch", () -> golden.checkBatch(golden.get("batch"))));
        tests.add(dynamicTest("continuous batch", () -> golden.checkContinuousBatch(golden.get("batch"))));
        golden.get("prefix")
                .forEach(prefix -> tests.add(dynamicTest(
                        "prefix of " + prefix.get("first") + " then " + prefix.get("then"),
                        () -> golden.checkPrefix(prefix))));
        tests.add(dynamicTest("log-likelihood", () -> golden.checkLogLikelihood(golden.get("loglikelihood"))));
        golden.get("sampling")
                .forEach(sampling -> tests.add(dynamicTest(
                        "sampling " + sampling.get("prompt").asString() + " " + sampling.get("settings"),
                        () -> golden.checkSampling(sampling))));
        return DynamicContainer.dynamicContainer(String.valueOf(folder.getFileName()), tests);
    }

    private static DynamicNode ggufTests(Path file) {
        JsonNode json = Goldens.json(file);
        Path model = file.resolveSibling(json.get("file").asString());
        if (!Files.exists(model)) {
            return Goldens.missing(model);
        }
        ModelGolden golden = new ModelGolden(model, file);
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode prompt : golden.get("prompts")) {
            String name = prompt.get("name").asString();
            tests.add(dynamicTest(name + " logits", () -> golden.checkLogits(prompt, GGUF_TOLERANCE)));
            tests.add(dynamicTest(name + " greedy", () -> golden.checkGreedy(prompt)));
        }
        return DynamicContainer.dynamicContainer(Goldens.name(file), tests);
    }
}
