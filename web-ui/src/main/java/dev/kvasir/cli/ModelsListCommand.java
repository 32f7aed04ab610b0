package dev.kvasir.cli;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.ModelManifest;
import dev.kvasir.model.ModelOrigin;
import dev.kvasir.model.ModelStore;
import dev.kvasir.model.ModelTerms;
import dev.kvasir.model.StoredModel;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the models in the store. */
@Command(name = "list", description = "Lists the models on this machine.", mixinStandardHelpOptions = true)
final class ModelsListCommand implements Runnable {

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        ModelStore store = KvasirHome.locate().models();
        List<Row> rows = store.list().stream()
                .map(model -> Row.of(model, store.manifest(model.name())))
                .toList();
        if (output.isJson()) {
            rows.forEach(output::json);
            return;
        }
        if (rows.isEmpty()) {
            output.progress("No models yet. Get one: kvasir models pull hf:OWNER/NAME, or kvasir models add file:PATH");
            return;
        }
        output.line("%-40s %-8s %10s  %-8s  %s".formatted("name", "family", "size", "digest", "licence"));
        for (Row row : rows) {
            output.line("%-40s %-8s %10s  %s  %s"
                    .formatted(
                            row.name,
                            row.family,
                            Bytes.readable(row.bytes),
                            row.digest.substring(0, 8),
                            row.licence.isEmpty() ? "-" : row.licence));
        }
    }

    /**
     * A model as it is listed; a broken one keeps its row, with the reason where the family would stand.
     *
     * @param licence its id, empty if nobody says
     * @param terms the names of the documents that were kept with it
     */
    record Row(
            String name,
            String family,
            long bytes,
            String digest,
            String path,
            ModelOrigin origin,
            String licence,
            List<String> terms) {

        static Row of(StoredModel model, ModelManifest manifest) {
            return new Row(
                    model.name(),
                    family(model),
                    model.bytes(),
                    model.digest(),
                    model.path().toString(),
                    manifest.origin(),
                    manifest.terms().licence(),
                    manifest.terms().documents().stream()
                            .map(ModelTerms.Document::file)
                            .toList());
        }

        private static String family(StoredModel model) {
            try (Checkpoint checkpoint = Checkpoint.open(model.path())) {
                return checkpoint.config().family().name().toLowerCase(Locale.ROOT);
            } catch (ModelInvalidException broken) {
                return "broken";
            }
        }
    }
}
