package dev.kvasir.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a model out of the store. */
@Command(
        name = "remove",
        description = "Takes a model out of the store and deletes its files.",
        mixinStandardHelpOptions = true)
final class ModelsRemoveCommand implements Runnable {

    @Parameters(paramLabel = "MODEL", description = "A name in the store.")
    private String model = "";

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        KvasirHome.locate().models().remove(model);
        output.progress("Removed " + model + ".");
    }
}
