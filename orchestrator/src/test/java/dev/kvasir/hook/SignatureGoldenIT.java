package dev.kvasir.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Walks {@code api/webhook-signature.json} of a folder of goldens. The standardwebhooks library 1.1.0 for Python signs all cases alike. */
class SignatureGoldenIT {

    private static final Path GOLDENS = Path.of(System.getProperty("kvasir.goldens", "src/test/resources/golden"))
            .resolve("api");

    @TestFactory
    List<DynamicTest> everyCaseHasTheSignatureOfTheGolden() throws IOException {
        Path index = GOLDENS.resolve("webhook-signature.json");
        List<DynamicTest> tests = new ArrayList<>();
        if (!Files.exists(index)) {
            return List.of(DynamicTest.dynamicTest("absent: " + index, () -> System.out.println("absent: " + index)));
        }
        for (JsonNode golden :
                JsonMapper.shared().readTree(Files.readString(index)).path("cases")) {
            String id = golden.path("id").stringValue();
            tests.add(DynamicTest.dynamicTest(
                    id,
                    () -> assertThat(Signature.of(
                                    golden.path("secret").stringValue(),
                                    id,
                                    Long.parseLong(golden.path("timestamp").stringValue()),
                                    golden.path("body").stringValue().getBytes(StandardCharsets.UTF_8)))
                            .isEqualTo(golden.path("signature").stringValue())));
        }
        assertThat(tests).as("cases of %s", index).isNotEmpty();
        return tests;
    }
}
