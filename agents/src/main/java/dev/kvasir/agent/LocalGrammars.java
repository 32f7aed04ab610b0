package dev.kvasir.agent;

import dev.kvasir.grammar.JsonGrammar;
import dev.kvasir.grammar.TokenGrammar;
import dev.kvasir.grammar.TokenVocabulary;
import dev.kvasir.grammar.VocabularyIncompleteException;
import dev.kvasir.model.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The grammars of one model's replies: the vocabulary is read once, when the first is asked for, and of the grammars the latest few
 * are kept, with what they know of its tokens. Safe for several threads.
 */
final class LocalGrammars {

    private static final int KEPT = 8;

    private final String model;
    private final Tokenizer tokenizer;
    private final Map<String, TokenGrammar> latest = new LinkedHashMap<>(KEPT, 0.75f, true);
    private @Nullable TokenVocabulary vocabulary;

    LocalGrammars(String model, Tokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /** The grammar of a format; null for any text. */
    @Nullable
    TokenGrammar of(ReplyFormat format) {
        return switch (format) {
            case ReplyFormat.Text any -> null;
            case ReplyFormat.Json json -> kept("", JsonGrammar::anyObject);
            case ReplyFormat.Schema(JsonNode schema) -> kept(schema.toString(), () -> JsonGrammar.of(schema));
        };
    }

    /** @param key schemas are told apart as they are written: members in another order are another grammar */
    private synchronized TokenGrammar kept(String key, Supplier<JsonGrammar> grammar) {
        TokenGrammar known = latest.get(key);
        if (known != null) {
            return known;
        }
        TokenGrammar made = new TokenGrammar(grammar.get(), vocabulary());
        latest.put(key, made);
        if (latest.size() > KEPT) {
            latest.remove(latest.keySet().iterator().next());
        }
        return made;
    }

    private TokenVocabulary vocabulary() {
        if (vocabulary == null) {
            try {
                vocabulary = new TokenVocabulary(tokenizer);
            } catch (VocabularyIncompleteException incomplete) {
                throw new AgentException(
                        AgentFault.MODEL_INVALID,
                        "The replies of model '" + model + "' cannot be held to a format. " + incomplete.getMessage(),
                        incomplete);
            }
        }
        return vocabulary;
    }
}
