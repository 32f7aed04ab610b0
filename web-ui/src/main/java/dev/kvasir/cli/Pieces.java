package dev.kvasir.cli;

import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Encoding;
import dev.kvasir.model.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Texts and tokens as commands take and show them. */
final class Pieces {

    private Pieces() {}

    /** A token on one line without white space: spaces and control characters become escapes. */
    static String shown(Tokenizer tokenizer, int id) {
        if (id >= tokenizer.size()) {
            return "-";
        }
        StringBuilder shown = new StringBuilder();
        tokenizer.token(id).codePoints().forEach(point -> {
            if (Character.isWhitespace(point) || Character.isSpaceChar(point) || Character.isISOControl(point)) {
                shown.append("\\u%04x".formatted(point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.isEmpty() ? "-" : shown.toString();
    }

    /** The ids, if the model has them all. */
    static List<Integer> checked(List<Integer> ids, Checkpoint checkpoint) {
        int rows = checkpoint.config().vocabularySize();
        if (ids.isEmpty()) {
            throw new CommandFailedException(ExitCode.REFUSED, "The prompt has no tokens; give at least one.");
        }
        for (int id : ids) {
            if (id < 0 || id >= rows) {
                throw new CommandFailedException(
                        ExitCode.REFUSED,
                        "%s has no token %d; its vocabulary has %d."
                                .formatted(checkpoint.path().getFileName(), id, rows));
            }
        }
        return ids;
    }

    /** Ids of a raw text: special tokens' strings are read as such, the tokenizer's own are added, a begin token once. */
    static List<Integer> rawIds(Checkpoint checkpoint, String text) {
        Tokenizer tokenizer = checkpoint.tokenizer();
        Encoding encoding = tokenizer.encode(text, Tokenizer.SpecialTokens.ADD);
        List<Integer> ids = encoding.ids();
        OptionalInt begin = tokenizer.specialIds().bos();
        boolean twice =
                begin.isPresent() && ids.size() > 1 && ids.get(0) == begin.getAsInt() && ids.get(1) == begin.getAsInt();
        return twice ? ids.subList(1, ids.size()) : ids;
    }

    /** Ids of a user's turn in the model's chat template, up to where the reply starts; of the raw text if it has none. */
    static List<Integer> chatIds(Checkpoint checkpoint, String text) {
        Optional<ChatTemplate> template = checkpoint.chatTemplate();
        if (template.isEmpty()) {
            return rawIds(checkpoint, text);
        }
        ChatInput input = ChatInput.prompt(List.of(ChatInput.message("user", text)));
        return checkpoint
                .tokenizer()
                .encode(template.get().prompt(input), Tokenizer.SpecialTokens.OMIT)
                .ids();
    }

    /** Ids of a raw text that stands behind others: special tokens' strings are read as such, none is added. */
    static List<Integer> continuationIds(Checkpoint checkpoint, String text) {
        return checkpoint.tokenizer().encode(text, Tokenizer.SpecialTokens.OMIT).ids();
    }
}
