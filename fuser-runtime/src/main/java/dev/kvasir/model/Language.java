package dev.kvasir.model;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a checkpoint reads text: its tokenizer and chat template, each opened once, when it is first asked for. */
final class Language implements AutoCloseable {

    private final Supplier<Tokenizer> tokenizers;
    private final Supplier<Optional<String>> templates;
    private @Nullable Tokenizer tokenizer;
    private @Nullable ChatTemplate template;
    private boolean templateRead;

    Language(Supplier<Tokenizer> tokenizers, Supplier<Optional<String>> templates) {
        this.tokenizers = tokenizers;
        this.templates = templates;
    }

    synchronized Tokenizer tokenizer() {
        Tokenizer opened = tokenizer;
        if (opened == null) {
            opened = tokenizers.get();
            tokenizer = opened;
        }
        return opened;
    }

    synchronized Optional<ChatTemplate> chatTemplate() {
        if (!templateRead) {
            template = templates
                    .get()
                    .map(source -> ChatTemplate.compile(source, specialTokens(tokenizer()), Clock.systemUTC()))
                    .orElse(null);
            templateRead = true;
        }
        return Optional.ofNullable(template);
    }

    /** The variables that a template knows special tokens by. */
    private static Map<String, String> specialTokens(Tokenizer tokenizer) {
        SpecialIds ids = tokenizer.specialIds();
        Map<String, String> tokens = new HashMap<>();
        put(tokens, "bos_token", ids.bos(), tokenizer);
        put(tokens, "eos_token", ids.eos(), tokenizer);
        put(tokens, "pad_token", ids.pad(), tokenizer);
        put(tokens, "unk_token", ids.unk(), tokenizer);
        return tokens;
    }

    private static void put(Map<String, String> tokens, String role, OptionalInt id, Tokenizer tokenizer) {
        id.ifPresent(known -> tokens.put(role, tokenizer.token(known)));
    }

    @Override
    public synchronized void close() {
        if (tokenizer != null) {
            tokenizer.close();
            tokenizer = null;
        }
    }
}
