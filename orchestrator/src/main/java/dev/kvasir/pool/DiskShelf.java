package dev.kvasir.pool;

import dev.kvasir.agent.FuserEntry;
import dev.kvasir.agent.ModelCatalog;
import dev.kvasir.agent.ModelEntry;
import dev.kvasir.fuser.FuserStore;
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

/** The models and fusers under {@code KVASIR_HOME}. A file is read again only when it has changed. */
final class DiskShelf implements Shelf, ModelCatalog {

    private static final String ECHO = "echo";

    private final Path home;
    private final ModelStore store;
    private final FuserStore fusers;
    private final Map<String, DiskFuser> knownFusers = new ConcurrentHashMap<>();
    private final Map<String, ModelRecord> known = new ConcurrentHashMap<>();

    /** @param home such as {@code ~/.kvasir} */
    DiskShelf(Path home) {
        this.home = home;
        this.store = new ModelStore(home.resolve("models"));
        this.fusers = new FuserStore(home.resolve("fusers"));
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public List<ModelRecord> models() {
        return store.list().stream()
                .map(model -> known.computeIfAbsent(model.name() + "@" + model.digest(), key -> read(model)))
                .toList();
    }

    @Override
    public List<FuserRecord> fusers() {
        return entries().stream().map(DiskFuser::registered).toList();
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
        return entries().stream()
                .filter(fuser -> fuser.entry().name().equals(name))
                .map(DiskFuser::entry)
                .findFirst();
    }

    @Override
    public Optional<FuserEntry> fuserBetween(String sharer, String receiver) {
        return entries().stream()
                .map(DiskFuser::entry)
                .filter(fuser ->
                        fuser.sharer().equals(bare(sharer)) && fuser.receiver().equals(bare(receiver)))
                .findFirst();
    }

    private List<DiskFuser> entries() {
        return fusers.list().stream()
                .map(fuser -> knownFusers.compute(
                        fuser.name(),
                        (name, known) -> known != null && known.isOf(fuser) ? known : DiskFuser.read(fuser)))
                .toList();
    }

    private static String bare(String model) {
        int at = model.indexOf('@');
        return at < 0 ? model : model.substring(0, at);
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
