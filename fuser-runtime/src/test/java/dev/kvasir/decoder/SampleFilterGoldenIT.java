package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.Goldens;
import dev.kvasir.decoder.SamplingSettings.Cut;
import dev.kvasir.decoder.SamplingSettings.Penalties;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** What the method's reference leaves of a distribution before it draws: c2c {@code generate} cases that hold logits. */
class SampleFilterGoldenIT {

    @TestFactory
    Stream<DynamicTest> filters() {
        Path index = Goldens.path("c2c/index.json");
        if (!index.toFile().isFile()) {
            return Stream.empty();
        }
        return StreamSupport.stream(Goldens.json(index).get("cases").spliterator(), false)
                .filter(golden -> golden.get("kind").asString().equals("generate"))
                .map(golden -> Goldens.path("c2c/" + golden.get("file").asString()))
                .flatMap(file ->
                        file.toFile().isFile() ? filters(Goldens.json(file)) : Stream.of(Goldens.missing(file)));
    }

    private static Stream<DynamicTest> filters(JsonNode golden) {
        if (!golden.has("logits")) {
            return Stream.of();
        }
        return StreamSupport.stream(golden.get("expected").spliterator(), false)
                .map(setting -> DynamicTest.dynamicTest(
                        "logits %s, temperature %s, top-k %s, top-p %s"
                                .formatted(
                                        setting.get("logits").asString(),
                                        setting.get("temperature"),
                                        setting.get("top_k"),
                                        setting.get("top_p")),
                        () -> check(
                                numbers(golden.get("logits")
                                        .get(setting.get("logits").asString())),
                                setting)));
    }

    private static void check(double[] logits, JsonNode setting) {
        SamplingSettings settings = new SamplingSettings(
                setting.get("temperature").asDouble(),
                Math.max(0, setting.get("top_k").asInt()),
                setting.get("top_p").asDouble(),
                0,
                Penalties.NONE,
                Cut.STRICT);

        double[] probabilities =
                new Sampler(settings, new SplittableRandom(0)).probabilities(logits.clone(), new SeenTokens());

        double[] expected = numbers(setting.get("probabilities"));
        assertThat(probabilities).hasSameSizeAs(expected);
        if (Arrays.stream(logits).distinct().count()
                < logits.length) { // which of equal tokens torch's topk takes is open
            Arrays.sort(probabilities);
            Arrays.sort(expected);
        }
        assertThat(probabilities).containsExactly(expected, within(1e-9));
    }

    private static double[] numbers(JsonNode row) {
        return StreamSupport.stream(row.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }
}
