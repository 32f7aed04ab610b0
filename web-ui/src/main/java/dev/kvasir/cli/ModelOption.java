package dev.kvasir.cli;

import picocli.CommandLine.Option;

/** The one model that a command is about. */
final class ModelOption {

    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "MODEL",
            description = "A path, or a name in the store.")
    private String model = "";

    ModelArgument argument() {
        return ModelArgument.of(model);
    }
}
