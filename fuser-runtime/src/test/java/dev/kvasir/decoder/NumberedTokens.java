package dev.kvasir.decoder;

import dev.kvasir.model.Encoding;
import dev.kvasir.model.PromptText;
import dev.kvasir.model.SpecialIds;
import dev.kvasir.model.TokenStream;
import dev.kvasir.model.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** A vocabulary made up for a test: every id decodes to a text of its own. */
public record NumberedTokens(IntFunction<String> text) implements Tokenizer {
    public static final NumberedTokens INSTANCE = new NumberedTokens(id -> id + " ");

    @Override
    public Encoding encode(PromptText prompt, SpecialTokens around) {
        throw new UnsupportedOperationException("These tests give ids.");
    }

    @Override
    public String decode(List<Integer> ids, DecodedSpecials specials) {
        return ids.stream().map(text::apply).collect(Collectors.joining());
    }

    @Override
    public TokenStream stream(DecodedSpecials specials) {
        return new TokenStream() {
            @Override
            public String next(int id) {
                return text.apply(id);
            }

            @Override
            public String end() {
                return "";
            }
        };
    }

    @Override
    public OptionalInt id(String token) {
        return OptionalInt.empty();
    }

    @Override
    public String token(int id) {
        return text.apply(id);
    }

    @Override
    public boolean special(int id) {
        return false;
    }

    @Override
    public byte[] bytes(int id) {
        return text.apply(id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public SpecialIds specialIds() {
        return SpecialIds.NONE;
    }

    @Override
    public int size() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void close() {}
}
