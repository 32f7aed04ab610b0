package dev.kvasir.study;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import java.util.List;

/** A loaded model and its files, which the caller closes. */
public record StudyModel(Checkpoint checkpoint, LoadedModel model) {

    Tokenizer tokenizer() {
        return checkpoint.tokenizer();
    }

    /** @throws StudyException if it has none */
    ChatTemplate template() {
        return checkpoint
                .chatTemplate()
                .orElseThrow(() -> new StudyException(
                        "Model %s has no chat template; a study asks in one. Take an instruction-tuned model."
                                .formatted(model.name())));
    }

    /** A conversation's tokens, up to where the reply starts. */
    List<Integer> ids(ChatInput input) {
        return tokenizer().encode(template().prompt(input), SpecialTokens.OMIT).ids();
    }
}
