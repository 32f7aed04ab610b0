package dev.kvasir.cli;

import dev.kvasir.grammar.JsonGrammar;
import dev.kvasir.grammar.SchemaRefusedException;
import dev.kvasir.grammar.TokenGrammar;
import dev.kvasir.grammar.TokenVocabulary;
import dev.kvasir.grammar.VocabularyIncompleteException;
import dev.kvasir.graph.MalformedJsonException;
import dev.kvasir.graph.StrictJson;
import dev.kvasir.model.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a reply is held to: a schema's JSON, or any JSON object. */
final class ReplyForm {

    private static final int MOST_BYTES = 2_000_000;

    @Option(
            names = "--json-schema",
            paramLabel = "FILE",
            description = "Let the model write nothing but JSON that fits this JSON Schema.")
    private @Nullable Path schema;

    @Option(names = "--json-object", description = "Let the model write nothing but a JSON object.")
    private boolean object;

    /** The grammar that the options ask for; null for any text. */
    @Nullable
    TokenGrammar grammar(Tokenizer tokenizer) {
        if (schema == null) {
            return object ? over(JsonGrammar.anyObject(), tokenizer) : null;
        }
        try {
            return over(JsonGrammar.of(StrictJson.read(Files.readString(schema), MOST_BYTES)), tokenizer);
        } catch (IOException unread) {
            throw new CommandFailedException(
                    ExitCode.NOT_FOUND, "The schema " + schema + " cannot be read. Check the path.", unread);
        } catch (MalformedJsonException malformed) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "The schema " + schema + " is refused. " + malformed.getMessage(), malformed);
        } catch (SchemaRefusedException refused) {
            throw new CommandFailedException(ExitCode.REFUSED, String.valueOf(refused.getMessage()), refused);
        }
    }

    private static TokenGrammar over(JsonGrammar grammar, Tokenizer tokenizer) {
        try {
            return new TokenGrammar(grammar, new TokenVocabulary(tokenizer));
        } catch (VocabularyIncompleteException incomplete) {
            throw new CommandFailedException(ExitCode.REFUSED, String.valueOf(incomplete.getMessage()), incomplete);
        }
    }
}
