package dev.kvasir.decoder;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.kvasir.Goldens;
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

/**
 * Real models compute what the reference computes with the weights in their files, which lie in {@code models/} of
 * KVASIR_HOME (default {@code ~/.kvasir}).
 */
class RealGoldenIT {
    @TestFactory
    List<DynamicNode> everyRealModelComputesWhatTheReferenceDoes() {
        List<DynamicNode> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("real")) {
            JsonNode golden = Goldens.json(file);
            Path model = models().resolve(golden.get("model").get("file").asString());
            tests.add(Files.exists(model) ? modelTests(Goldens.name(file), golden, model) : missing(model));
        }
        return tests;
    }

    private static DynamicNode modelTests(String name, JsonNode golden, Path model) {
        RealGolden real =
                new RealGolden(model, ModelGolden.ids(golden.get("model").get("stop_ids")));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode prompt : golden.get("prompts")) {
            String label = prompt.get("name").asString();
            tests.add(dynamicTest(label + " logits and cache", () -> real.checkPrompt(prompt)));
            tests.add(dynamicTest(label + " greedy", () -> real.checkGreedy(prompt)));
        }
        for (JsonNode text : golden.get("texts")) {
            tests.add(dynamicTest(text.get("name").asString() + " perplexity", () -> real.checkText(text)));
        }
        return DynamicContainer.dynamicContainer(
                name, Stream.of(tests.toArray(DynamicTest[]::new)).onClose(real::close));
    }

    static DynamicTest missing(Path model) {
        return Goldens.missing(model.toString(), "Put the file there, or set KVASIR_HOME to where models/ holds it.");
    }

    static Path models() {
        String home = System.getenv("KVASIR_HOME");
        return (home == null ? Path.of(System.getProperty("user.home"), ".kvasir") : Path.of(home)).resolve("models");
    }
}
