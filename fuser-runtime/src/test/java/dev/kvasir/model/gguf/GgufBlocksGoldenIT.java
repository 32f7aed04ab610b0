package dev.kvasir.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.GoldenBinary;
import dev.kvasir.Goldens;
import dev.kvasir.model.ModelFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Every block type of the goldens, dequantised to within one unit in the last place. */
class GgufBlocksGoldenIT {

    private static final Path FOLDER = Goldens.path("models/gguf-blocks");

    @TestFactory
    List<DynamicTest> blocksHoldTheValuesOfTheReference() {
        Path index = FOLDER.resolve("blocks.json");
        if (!Files.isRegularFile(index)) {
            return List.of();
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode type : Goldens.json(index).get("types")) {
            String name = type.get("type").asString();
            Path file = FOLDER.resolve(type.get("file").asString());
            tests.add(
                    Files.isRegularFile(file)
                            ? DynamicTest.dynamicTest(name, () -> check(type))
                            : Goldens.missing(file));
        }
        return tests;
    }

    private static void check(JsonNode type) {
        GoldenBinary values =
                GoldenBinary.read(FOLDER.resolve(type.get("values").asString()));
        try (ModelFile file = ModelFile.open(FOLDER.resolve(type.get("file").asString()))) {
            GgufFile gguf = GgufFile.read(file);
            for (Map.Entry<String, JsonNode> tensor : type.get("tensors").properties()) {
                assertThat(gguf.tensors()).containsKey(tensor.getKey());
                GgufTensor found = Objects.requireNonNull(gguf.tensors().get(tensor.getKey()));
                assertThat(found.type().name()).isEqualTo(type.get("type").asString());
                checkValues(tensor.getKey(), decoded(file, found), values.values(tensor.getValue()));
            }
        }
    }

    private static float[] decoded(ModelFile file, GgufTensor tensor) {
        byte[] bytes = new byte[(int) tensor.sizeInBytes()];
        file.read(ByteBuffer.wrap(bytes), tensor.position());
        float[] floats = new float[(int) tensor.shape().elements()];
        BlockDecoder.decode(
                tensor.type(), bytes, floats, bytes.length / tensor.type().blockBytes());
        return floats;
    }

    private static void checkValues(String tensor, float[] found, double[] expected) {
        assertThat(found).as(tensor).hasSize(expected.length);
        for (int i = 0; i < found.length; i++) {
            float wanted = (float) expected[i];
            assertThat(Math.abs(found[i] - wanted))
                    .as("%s[%d] is %s, should be %s", tensor, i, found[i], wanted)
                    .isLessThanOrEqualTo(Math.ulp(wanted));
        }
    }
}
