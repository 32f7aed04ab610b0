package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Walks {@code api/canonical-json.json} of a folder of goldens. */
class CanonicalJsonGoldenIT {

    private static final Path GOLDENS = Path.of(System.getProperty("kvasir.goldens", "src/test/resources/golden"))
            .resolve("api");

    @TestFactory
    List<DynamicTest> everyCaseHasTheCanonicalFormAndTheDigestOfTheGolden() throws IOException {
        Path index = GOLDENS.resolve("canonical-json.json");
        List<DynamicTest> tests = new ArrayList<>();
        if (!Files.exists(index)) {
            return List.of(DynamicTest.dynamicTest("absent: " + index, () -> System.out.println("absent: " + index)));
        }
        JsonNode root = StrictJson.read(Files.readString(index), GraphDocument.MAX_BYTES);
        for (JsonNode golden : root.path("cases")) {
            tests.add(DynamicTest.dynamicTest(golden.path("id").stringValue(), () -> {
                assertThat(CanonicalJson.write(golden.path("value")))
                        .isEqualTo(golden.path("canonical").stringValue());
                assertThat(CanonicalJson.sha256(golden.path("value")))
                        .isEqualTo(golden.path("sha256").stringValue());
            }));
        }
        assertThat(tests).as("cases of %s", index).isNotEmpty();
        return tests;
    }
}
