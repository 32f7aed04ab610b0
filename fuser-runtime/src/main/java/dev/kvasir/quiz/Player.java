package dev.kvasir.quiz;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer;
import java.util.List;

/** A loaded model and how it reads and writes text; owned by the caller. */
public record Player(Checkpoint checkpoint, LoadedModel model) {

    Tokenizer tokenizer() {
        return checkpoint.tokenizer();
    }

    /** @throws IllegalArgumentException if the model has none: a quiz is asked as a chat */
    ChatTemplate template() {
        return checkpoint
                .chatTemplate()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s has no chat template; a quiz is asked as a chat. Use an instruct model."
                                .formatted(model.name())));
    }

    List<Integer> ids(ChatInput input) {
        return tokenizer()
                .encode(template().prompt(input), Tokenizer.SpecialTokens.OMIT)
                .ids();
    }

    List<List<Integer>> replyIds(List<String> replies) {
        return replies.stream()
                .map(reply ->
                        tokenizer().encode(reply, Tokenizer.SpecialTokens.OMIT).ids())
                .toList();
    }
}
