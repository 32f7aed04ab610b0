package dev.kvasir.agent;

import dev.kvasir.pocket.PocketPair;
import java.nio.file.Path;
import java.util.Optional;

/** The pocket pair as it was installed under a home. */
record PocketCatalog(Path home) implements ModelCatalog {

    static PocketCatalog installed(Path home) {
        PocketPair.install(home);
        return new PocketCatalog(home);
    }

    ModelEntry.Local local(String name) {
        String digest = (name.equals(PocketPair.SHARER) ? "5" : "7").repeat(64);
        return new ModelEntry.Local(name, home.resolve("models").resolve(name), digest);
    }

    @Override
    public Optional<ModelEntry> model(String name) {
        return Optional.of(local(name));
    }

    @Override
    public Optional<FuserEntry> fuser(String name) {
        return Optional.of(new FuserEntry(
                PocketPair.FUSER,
                home.resolve("fusers").resolve(PocketPair.FUSER),
                PocketPair.SHARER,
                PocketPair.RECEIVER,
                "f".repeat(64)));
    }

    @Override
    public Optional<FuserEntry> fuserBetween(String sharer, String receiver) {
        return fuser(PocketPair.FUSER);
    }
}
