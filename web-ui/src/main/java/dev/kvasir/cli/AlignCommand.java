package dev.kvasir.cli;

import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.study.AlignedToken;
import dev.kvasir.study.ShownAlignment;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows which of a sharer's tokens belongs to each of a receiver's. */
@Command(
        name = "align",
        description = "Shows a prompt's tokens as a receiver and a sharer read them, side by side, and what is fused.",
        mixinStandardHelpOptions = true)
final class AlignCommand implements Runnable {

    /** How tokens are paired. */
    enum By {
        FIRST,
        LONGEST,
        SPAN,
        SAME
    }

    private static final int LONGEST_TEXT = 24;

    @Option(
            names = {"-r", "--receiver"},
            required = true,
            paramLabel = "RECEIVER",
            description = "The model that answers.")
    private String receiver = "";

    @Option(
            names = {"-s", "--sharer"},
            required = true,
            paramLabel = "SHARER",
            description = "The model whose cache is fused.")
    private String sharer = "";

    @Option(
            names = {"-a", "--alignment"},
            paramLabel = "MODE",
            description = "first or longest of several sharer tokens (longest is the default), span: each model its own"
                    + " tokens, same: one vocabulary.")
    private By mode = By.LONGEST;

    @ArgGroup(multiplicity = "1")
    private PromptSource prompt = new PromptSource();

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (prompt.hasIds()) {
            throw new CommandFailedException(ExitCode.WRONG_USAGE, "A text is aligned, not ids: give -p TEXT.");
        }
        try (Checkpoint own = Checkpoint.open(ModelArgument.of(receiver).path());
                Checkpoint other = Checkpoint.open(ModelArgument.of(sharer).path())) {
            List<AlignedToken> tokens = tokens(new ShownAlignment(own, other), prompt.text());
            if (output.isJson()) {
                tokens.forEach(output::json);
            } else {
                print(tokens);
            }
        }
    }

    private List<AlignedToken> tokens(ShownAlignment alignment, String turn) {
        return switch (mode) {
            case FIRST -> alignment.byToken(turn, AlignmentMode.FIRST);
            case LONGEST -> alignment.byToken(turn, AlignmentMode.LONGEST);
            case SAME -> alignment.byToken(turn, AlignmentMode.SAME_VOCABULARY);
            case SPAN -> alignment.bySpan(turn);
        };
    }

    private void print(List<AlignedToken> tokens) {
        output.line("%4s  %7s  %-26s  %4s  %7s  %-26s  %-15s  %7s  %s"
                .formatted("at", "id", "receiver", "at", "id", "sharer", "pairing", "section", "fused"));
        for (AlignedToken token : tokens) {
            output.line("%4d  %7d  %-26s  %4s  %7s  %-26s  %-15s  %7s  %s"
                    .formatted(
                            token.position(),
                            token.receiverId(),
                            quoted(token.receiverText()),
                            orDash(token.sharerPosition()),
                            orDash(token.sharerId()),
                            token.sharerId() == null ? "-" : quoted(token.sharerText()),
                            token.pairing().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            token.section() == null ? "dropped" : token.section(),
                            token.fused() ? "fused" : "-"));
        }
        long fused = tokens.stream().filter(AlignedToken::fused).count();
        output.progress("%d of %d positions are fused".formatted(fused, tokens.size()));
    }

    private static String orDash(@Nullable Object value) {
        return value == null ? "-" : String.valueOf(value);
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\r", "\\r");
        int length = escaped.codePointCount(0, escaped.length());
        String shown = length > LONGEST_TEXT
                ? escaped.substring(0, escaped.offsetByCodePoints(0, LONGEST_TEXT - 1)) + "…"
                : escaped;
        return "'" + shown + "'";
    }
}
