package dev.kvasir.cli;

import dev.kvasir.hub.HubPull;
import dev.kvasir.hub.HubReference;
import dev.kvasir.hub.HubSettings;
import dev.kvasir.model.ModelStore;
import dev.kvasir.model.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a model from a hub into the store. */
@Command(
        name = "pull",
        description = {
            "Downloads a model from a Hugging Face compatible hub, checks it and adds it to the store.",
            "A pull that broke off goes on where it was when it is run again.",
            "Environment: HF_TOKEN for gated and private models, HF_ENDPOINT or KVASIR_HUB for a mirror."
        },
        mixinStandardHelpOptions = true)
final class ModelsPullCommand implements Runnable {

    @Parameters(
            paramLabel = "hf:OWNER/NAME[@REVISION][:FILE.gguf]",
            description = "The repository; a file of it where it holds several GGUF files.")
    private String source = "";

    @Option(
            names = "--revision",
            paramLabel = "REVISION",
            description = "A branch, a tag or a commit; main by default.")
    private String revision = "";

    @Option(names = "--file", paramLabel = "FILE.gguf", description = "One GGUF file of the repository.")
    private String file = "";

    @Option(names = "--name", description = "The model's name; the repository's or the file's by default.")
    private String name = "";

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        HubReference reference = HubReference.parse(source);
        if (!revision.isEmpty()) {
            reference = reference.withRevision(revision);
        }
        if (!file.isEmpty()) {
            reference = reference.withFile(file);
        }
        HubSettings settings = HubSettings.fromEnvironment(System.getenv());
        ModelStore store = KvasirHome.locate().models();
        StoredModel pulled;
        try (PullProgress progress = new PullProgress(output)) {
            pulled = new HubPull(settings, store, progress).pull(reference, name);
        }
        ModelsListCommand.Row row = ModelsListCommand.Row.of(pulled, store.manifest(pulled.name()));
        if (output.isJson()) {
            output.json(row);
            return;
        }
        output.line("%s  %s  %s".formatted(pulled.name(), Bytes.readable(pulled.bytes()), pulled.digest()));
        output.progress(
                row.licence().isEmpty()
                        ? "Its licence is not stated; see where it came from before you use it."
                        : "Licence: %s. See: kvasir models inspect %s --terms".formatted(row.licence(), pulled.name()));
    }
}
