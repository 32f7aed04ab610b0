package dev.kvasir.cli;

import dev.kvasir.model.ModelStoreException;
import dev.kvasir.model.StoredModel;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies a model into the store. */
@Command(name = "add", description = "Checks a model and copies it into the store.", mixinStandardHelpOptions = true)
final class ModelsAddCommand implements Runnable {

    private static final String FILE = "file:";
    private static final String HUB = "hf:";
    private static final String GGUF = ".gguf";

    @Parameters(paramLabel = "file:PATH", description = "A GGUF file or a Hugging Face folder.")
    private String source = "";

    @Option(names = "--name", description = "The model's name; the file's by default.")
    private String name = "";

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (source.startsWith(HUB)) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "A model of a hub is pulled: kvasir models pull " + source);
        }
        Path path = Path.of(source.startsWith(FILE) ? source.substring(FILE.length()) : source);
        if (!Files.exists(path)) {
            throw new CommandFailedException(ExitCode.NOT_FOUND, "There is nothing at " + path + ".");
        }
        StoredModel added = add(path);
        if (output.isJson()) {
            output.json(
                    ModelsListCommand.Row.of(added, KvasirHome.locate().models().manifest(added.name())));
            return;
        }
        output.line("%s  %s  %s".formatted(added.name(), Bytes.readable(added.bytes()), added.digest()));
    }

    private StoredModel add(Path path) {
        try {
            return KvasirHome.locate().models().add(path, name.isEmpty() ? stem(path) : name);
        } catch (ModelStoreException refused) {
            throw new CommandFailedException(ExitCode.REFUSED, String.valueOf(refused.getMessage()), refused);
        }
    }

    private static String stem(Path path) {
        String file = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        return file.endsWith(GGUF) ? file.substring(0, file.length() - GGUF.length()) : file;
    }
}
