package dev.kvasir.cli;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Encoding;
import dev.kvasir.model.TextSpan;
import dev.kvasir.model.Tokenizer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how a model reads a text. */
@Command(
        name = "tokenize",
        description = "Prints a text's tokens: id piece start end, the span in UTF-16 units.",
        mixinStandardHelpOptions = true)
final class ModelsTokenizeCommand implements Runnable {

    @Parameters(paramLabel = "MODEL", description = "A path, or a name in the store.")
    private String model = "";

    @ArgGroup(multiplicity = "1")
    private PromptSource prompt = new PromptSource();

    @Option(names = "--no-special", description = "Do not add the tokens that the tokenizer puts around a text.")
    private boolean noSpecial;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        ModelArgument argument = ModelArgument.of(model);
        try (Checkpoint checkpoint = Checkpoint.open(argument.path())) {
            Tokenizer tokenizer = checkpoint.tokenizer();
            if (prompt.hasIds()) {
                output.part(tokenizer.decode(prompt.ids(), Tokenizer.DecodedSpecials.KEEP));
                return;
            }
            print(
                    tokenizer,
                    tokenizer.encode(
                            prompt.text(), noSpecial ? Tokenizer.SpecialTokens.OMIT : Tokenizer.SpecialTokens.ADD));
        }
    }

    private void print(Tokenizer tokenizer, Encoding encoding) {
        for (int i = 0; i < encoding.size(); i++) {
            int id = encoding.ids().get(i);
            TextSpan span = encoding.offsets().get(i);
            if (output.isJson()) {
                output.json(new Token(id, tokenizer.token(id), span.start(), span.end()));
            } else {
                output.line("%d %s %d %d".formatted(id, Pieces.shown(tokenizer, id), span.start(), span.end()));
            }
        }
    }

    private record Token(int id, String piece, int start, int end) {}
}
