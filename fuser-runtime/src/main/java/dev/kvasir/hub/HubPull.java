package dev.kvasir.hub;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.ModelOrigin;
import dev.kvasir.model.ModelStore;
import dev.kvasir.model.ModelStoreException;
import dev.kvasir.model.ModelTerms;
import dev.kvasir.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a model from a hub into the store. The revision is pinned to its commit first; the small files come before the
 * weights, so that a model of an unknown kind is refused early; a model gets its name only when all of it was checked.
 *
 * <p>What has arrived when a pull breaks off is kept, and the next pull of the same reference goes on there.
 */
public final class HubPull {

    private static final String GGUF = ".gguf";
    private static final long SPARE_BYTES = 100_000_000;

    private final HubSettings settings;
    private final ModelStore store;
    private final PullWatch watch;

    public HubPull(HubSettings settings, ModelStore store, PullWatch watch) {
        this.settings = settings;
        this.store = store;
        this.watch = watch;
    }

    /**
     * Pulls a model. If the store holds it under the name already, from the same commit, nothing is fetched.
     *
     * @param name in the store; empty for the repository's name, or the GGUF file's
     * @throws HubException if it cannot be had
     * @throws ModelInvalidException if what came is no model that can be read
     * @throws ModelStoreException if the name is taken or not allowed, or the disk does not take it
     */
    public StoredModel pull(HubReference reference, String name) {
        try (HubClient client = new HubClient(settings)) {
            HubListing listing = new Persistence(settings, watch).until(() -> client.list(reference), () -> 0);
            HubSelection selection = HubSelection.choose(reference, listing);
            String wanted = name.isEmpty() ? usualName(reference, selection) : name;
            ModelOrigin origin = origin(reference, listing, selection);
            if (isHere(wanted, origin)) {
                watch.says("%s is here already, from commit %s.".formatted(wanted, origin.commit()));
                return store.find(wanted).orElseThrow();
            }
            store.requireFree(wanted);
            return assemble(client, reference, listing, selection, new Wish(wanted, origin));
        } catch (IOException failed) {
            throw new ModelStoreException(
                    "%s could not be laid into %s: %s".formatted(reference, store.folder(), failed.getMessage()),
                    failed);
        }
    }

    private record Wish(String name, ModelOrigin origin) {}

    private static String usualName(HubReference reference, HubSelection selection) {
        if (!selection.isGguf()) {
            return reference.name();
        }
        String file = selection.weights().getFirst().name();
        return file.substring(0, file.length() - GGUF.length());
    }

    private static ModelOrigin origin(HubReference reference, HubListing listing, HubSelection selection) {
        String source = "hf:" + reference.repository()
                + (selection.isGguf() ? ":" + selection.weights().getFirst().path() : "");
        return new ModelOrigin(source, reference.revision(), listing.commit());
    }

    private boolean isHere(String name, ModelOrigin origin) {
        ModelOrigin known = store.manifest(name).origin();
        return known.source().equals(origin.source())
                && known.commit().equals(origin.commit())
                && store.find(name).isPresent();
    }

    private StoredModel assemble(
            HubClient client, HubReference reference, HubListing listing, HubSelection selection, Wish wish)
            throws IOException {
        try (PullFolder folder = PullFolder.open(store.folder(), settings, reference)) {
            FileDownload.Source source = new FileDownload.Source(client, reference, listing.commit());
            List<HubFile> documents = new ArrayList<>(selection.documents());
            documents.removeIf(this::isTooLong);
            List<HubFile> first = new ArrayList<>(selection.small());
            first.addAll(documents);
            selection.index().ifPresent(first::add);
            fetch(new FileDownload(source, settings, watch, FileDownload.MAX_SMALL), folder, first);
            List<HubFile> weights = selection.index().isEmpty()
                    ? selection.weights()
                    : ShardIndex.shards(
                            reference,
                            listing,
                            folder.files()
                                    .resolve(selection.index().orElseThrow().name()));
            List<HubFile> all = new ArrayList<>(first);
            all.addAll(weights);
            folder.keepOnly(all);
            try {
                if (!selection.isGguf()) {
                    Checkpoint.checkWithoutWeights(folder.files());
                }
                fetch(new FileDownload(source, settings, watch, FileDownload.MAX_WEIGHTS), folder, weights);
                return keep(folder, listing, selection, wish);
            } catch (ModelInvalidException refused) {
                folder.delete();
                throw refused;
            }
        }
    }

    private StoredModel keep(PullFolder folder, HubListing listing, HubSelection selection, Wish wish)
            throws IOException {
        Path draft = selection.isGguf()
                ? folder.files().resolve(selection.weights().getFirst().name())
                : folder.files();
        ModelTerms card = ModelTerms.in(folder.files());
        ModelTerms terms = listing.licence().isEmpty() ? card : new ModelTerms(listing.licence(), card.documents());
        StoredModel model = store.adopt(draft, wish.name(), wish.origin(), terms);
        folder.delete();
        return model;
    }

    private void fetch(FileDownload download, PullFolder folder, List<HubFile> files) throws IOException {
        requireSpace(folder, files);
        for (HubFile file : files) {
            download.fetch(file, folder.parts(), folder.files());
        }
    }

    private void requireSpace(PullFolder folder, List<HubFile> files) throws IOException {
        long missing = SPARE_BYTES;
        for (HubFile file : files) {
            missing += Math.max(file.bytes() - folder.arrived(file), 0);
        }
        long free = Files.getFileStore(folder.files()).getUsableSpace();
        if (missing > free) {
            throw new ModelStoreException(
                    "There are %,d bytes free at %s, but %,d are needed; free some, or set KVASIR_HOME elsewhere."
                            .formatted(free, store.folder(), missing));
        }
    }

    private boolean isTooLong(HubFile document) {
        if (document.bytes() <= ModelTerms.MAX_BYTES) {
            return false;
        }
        watch.says("%s has more than %d bytes and is left out.".formatted(document.path(), ModelTerms.MAX_BYTES));
        return true;
    }
}
