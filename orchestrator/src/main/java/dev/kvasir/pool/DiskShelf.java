package dev.kvasir.pool;

import dev.kvasir.agent.FuserEntry;
import dev.kvasir.agent.ModelCatalog;
import dev.kvasir.agent.ModelEntry;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.ModelStore;
import dev.kvasir.model.StoredModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The models under {@code KVASIR_HOME}. A model's headers are read again only when its digest changes. */
final class DiskShelf implements Shelf, ModelCatalog {

    private static final String ECHO = "echo";

    private final ModelStore store;
    private final Map<String, ModelRecord> known = new ConcurrentHashMap<>();

    /** @param home such as {@code ~/.kvasir} */
    DiskShelf(Path home) {
        this.store = new ModelStore(home.resolve("models"));
    }

    @Override
    public List<ModelRecord> models() {
        return store.list().stream()
                .map(model -> known.computeIfAbsent(model.name() + "@" + model.digest(), key -> read(model)))
                .toList();
    }

    @Override
    public List<FuserRecord> fusers() {
        return List.of();
    }

    @Override
    public Optional<ModelEntry> model(String name) {
        if (name.equals(ECHO)) {
            return Optional.of(new ModelEntry.Echo(ECHO));
        }
        return store.find(name).map(model -> new ModelEntry.Local(model.name(), model.path(), model.digest()));
    }

    @Override
    public Optional<FuserEntry> fuser(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<FuserEntry> fuserBetween(String sharer, String receiver) {
        return Optional.empty();
    }

    private static ModelRecord read(StoredModel model) {
        String format = model.path().toString().endsWith(".gguf") ? "gguf" : "safetensors";
        try (Checkpoint checkpoint = Checkpoint.open(model.path())) {
            ModelConfig config = checkpoint.config();
            return new ModelRecord(
                    model.name(),
                    "LOCAL",
                    model.digest(),
                    config.family().name().toLowerCase(Locale.ROOT),
                    format,
                    new ModelRecord.Shape(
                            config.layers(),
                            config.hiddenSize(),
                            config.heads(),
                            config.kvHeads(),
                            config.headDim(),
                            config.vocabularySize(),
                            config.contextLength()),
                    model.bytes(),
                    true,
                    null,
                    null);
        } catch (ModelInvalidException refused) {
            return new ModelRecord(
                    model.name(),
                    "LOCAL",
                    model.digest(),
                    "",
                    format,
                    ModelRecord.Shape.UNKNOWN,
                    model.bytes(),
                    true,
                    refused.getMessage(),
                    null);
        }
    }
}
