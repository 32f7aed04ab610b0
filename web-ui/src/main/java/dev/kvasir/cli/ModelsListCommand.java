package dev.kvasir.cli;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelInvalidException;
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
        List<Row> rows =
                KvasirHome.locate().models().list().stream().map(Row::of).toList();
        if (output.isJson()) {
            rows.forEach(output::json);
            return;
        }
        if (rows.isEmpty()) {
            output.progress("No models yet. Add one: kvasir models add file:PATH");
            return;
        }
        output.line("%-40s %-8s %10s  %s".formatted("name", "family", "size", "digest"));
        for (Row row : rows) {
            output.line("%-40s %-8s %10s  %s"
                    .formatted(row.name, row.family, Bytes.readable(row.bytes), row.digest.substring(0, 8)));
        }
    }

    /** A model as it is listed; a broken one keeps its row, with the reason where the family would stand. */
    record Row(String name, String family, long bytes, String digest, String path) {

        static Row of(StoredModel model) {
            return new Row(
                    model.name(),
                    family(model),
                    model.bytes(),
                    model.digest(),
                    model.path().toString());
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
