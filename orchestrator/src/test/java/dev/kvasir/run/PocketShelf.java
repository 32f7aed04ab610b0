package dev.kvasir.run;

import dev.kvasir.agent.FuserEntry;
import dev.kvasir.agent.ModelCatalog;
import dev.kvasir.agent.ModelEntry;
import dev.kvasir.graph.Registry;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.pocket.PocketPair;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The pocket pair and its fuser, and the receiver a second time as a model of its own. */
record PocketShelf(Path home) {

    static final String TWIN = "pocket-twin";

    private static final Map<String, String> FOLDERS = Map.of(
            PocketPair.SHARER, PocketPair.SHARER, PocketPair.RECEIVER, PocketPair.RECEIVER, TWIN, PocketPair.RECEIVER);

    static PocketShelf installed(Path home) {
        PocketPair.install(home);
        return new PocketShelf(home);
    }

    private Path model(String name) {
        return home.resolve("models").resolve(FOLDERS.getOrDefault(name, name));
    }

    private static String digest(String name) {
        return Digests.sha256(name);
    }

    /** What graphs may name. */
    Registry registry() {
        return new Registry() {
            @Override
            public Optional<Model> model(String name) {
                return FOLDERS.containsKey(name) ? Optional.of(read(name)) : Optional.empty();
            }

            private Model read(String name) {
                try (Checkpoint checkpoint = Checkpoint.open(PocketShelf.this.model(name))) {
                    ModelConfig config = checkpoint.config();
                    CacheShape shape = new CacheShape(
                            config.family().name().toLowerCase(Locale.ROOT),
                            config.layers(),
                            config.kvHeads(),
                            config.headDim());
                    return new Model(name, digest(name), Location.LOCAL, shape, config.contextLength(), 1);
                }
            }

            @Override
            public Optional<Fuser> fuser(String name) {
                return fusers().stream()
                        .filter(fuser -> fuser.name().equals(name))
                        .findFirst();
            }

            @Override
            public List<String> modelNames() {
                return FOLDERS.keySet().stream().sorted().toList();
            }

            @Override
            public List<Fuser> fusers() {
                return List.of(
                        new Fuser(PocketPair.FUSER, digest("fuser"), end(PocketPair.SHARER), end(PocketPair.RECEIVER)));
            }

            private End end(String name) {
                return new End(name, digest(name), read(name).cache());
            }

            @Override
            public OptionalLong largestDeviceBytes() {
                return OptionalLong.empty();
            }
        };
    }

    /** What workers have. */
    ModelCatalog catalog() {
        return new ModelCatalog() {
            @Override
            public Optional<ModelEntry> model(String name) {
                return FOLDERS.containsKey(name)
                        ? Optional.of(new ModelEntry.Local(name, PocketShelf.this.model(name), digest(name)))
                        : Optional.empty();
            }

            @Override
            public Optional<FuserEntry> fuser(String name) {
                return Optional.of(new FuserEntry(
                        PocketPair.FUSER,
                        home.resolve("fusers").resolve(PocketPair.FUSER),
                        PocketPair.SHARER,
                        PocketPair.RECEIVER,
                        digest("fuser")));
            }

            @Override
            public Optional<FuserEntry> fuserBetween(String sharer, String receiver) {
                return fuser(PocketPair.FUSER);
            }
        };
    }
}
