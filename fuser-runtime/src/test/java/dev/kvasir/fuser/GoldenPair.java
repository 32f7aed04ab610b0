package dev.kvasir.fuser;

import dev.kvasir.Goldens;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/** The models and fusers that a golden case names, each loaded once and kept as long as the tests run. */
record GoldenPair(LoadedModel receiver, List<LoadedModel> sharers, List<LoadedFuser> fusers) {

    private static final Map<String, LoadedModel> MODELS = new ConcurrentHashMap<>();
    private static final Map<String, LoadedFuser> FUSERS = new ConcurrentHashMap<>();

    static GoldenPair of(JsonNode golden, ElementType type) {
        List<LoadedModel> sharers = new ArrayList<>();
        List<LoadedFuser> fusers = new ArrayList<>();
        for (JsonNode sharer : golden.get("sharers")) {
            sharers.add(model(sharer.get("model").asString(), type));
            fusers.add(fuser(sharer.get("fuser").asString(), type));
        }
        return new GoldenPair(model(golden.get("receiver").asString(), type), sharers, fusers);
    }

    static LoadedModel model(String name, ElementType type) {
        return MODELS.computeIfAbsent(name + type, key -> {
            try (Checkpoint checkpoint = Checkpoint.open(Goldens.path("c2c/models/" + name))) {
                return LoadedModel.load(checkpoint, type);
            }
        });
    }

    static LoadedFuser fuser(String name, ElementType type) {
        return FUSERS.computeIfAbsent(name + type, key -> {
            try (FuserCheckpoint checkpoint = FuserCheckpoint.open(Goldens.path("c2c/fusers/" + name))) {
                return LoadedFuser.load(checkpoint, type);
            }
        });
    }
}
