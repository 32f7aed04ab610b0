package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;

/** The model that a command loads, how it computes, and what it reads. Mixed into every command that reads a prompt. */
final class PromptedModel {

    @Mixin
    private ModelOption model = new ModelOption();

    @ArgGroup(multiplicity = "1")
    private PromptSource prompt = new PromptSource();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    ModelArgument argument() {
        return model.argument();
    }

    PromptSource prompt() {
        return prompt;
    }

    Profile profile() {
        return compute.profile();
    }

    /** The model as the options say, which the caller closes. */
    LoadedModel load(Checkpoint checkpoint) {
        return compute.load(checkpoint);
    }

    /** The prompt without the chat template; at least one id, all known to the model. */
    List<Integer> rawIds(Checkpoint checkpoint) {
        return Pieces.checked(prompt.hasIds() ? prompt.ids() : Pieces.rawIds(checkpoint, prompt.text()), checkpoint);
    }
}
