package dev.kvasir.fuser;

import dev.kvasir.Goldens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** A case that the index names; it may be missing from the folder. */
record GoldenCase(String id, String kind, Path file) {

    static Stream<GoldenCase> of(Set<String> kinds) {
        Path index = Goldens.path("c2c/index.json");
        if (!Files.isRegularFile(index)) {
            return Stream.of();
        }
        JsonNode cases = Goldens.json(index).get("cases");
        return StreamSupport.stream(cases.spliterator(), false)
                .map(entry -> new GoldenCase(
                        entry.get("id").asString(),
                        entry.get("kind").asString(),
                        Goldens.path("c2c").resolve(entry.get("file").asString())))
                .filter(golden -> kinds.contains(golden.kind()));
    }

    boolean isMissing() {
        return !Files.isRegularFile(file);
    }

    JsonNode json() {
        return Goldens.json(file);
    }

    GoldenTensors tensors() {
        return new GoldenTensors(file.resolveSibling(id + ".safetensors"));
    }
}
