package dev.kvasir.fuser;

import dev.kvasir.model.Encoding;
import dev.kvasir.model.PromptText;
import dev.kvasir.model.SpecialIds;
import dev.kvasir.model.TextSpan;
import dev.kvasir.model.TokenStream;
import dev.kvasir.model.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A tokenizer whose pieces a pattern cuts; ids are given as pieces come. */
final class WordTokenizer implements Tokenizer {

    /** Special tokens by what they do. */
    record Roles(String begin, String end, String pad) {}

    private final Pattern pieces;
    private final List<String> specials;
    private final Roles roles;
    private final List<String> tokens;

    WordTokenizer(String pieces, List<String> specials, Roles roles) {
        String quoted = String.join("|", specials.stream().map(Pattern::quote).toList());
        this.pieces = Pattern.compile(quoted + "|" + pieces, Pattern.DOTALL);
        this.specials = List.copyOf(specials);
        this.roles = roles;
        this.tokens = new ArrayList<>(specials);
    }

    @Override
    public Encoding encode(PromptText text, SpecialTokens around) {
        List<Integer> ids = new ArrayList<>();
        List<TextSpan> offsets = new ArrayList<>();
        Matcher piece = pieces.matcher(text.text());
        while (piece.find()) {
            if (!tokens.contains(piece.group())) {
                tokens.add(piece.group());
            }
            ids.add(tokens.indexOf(piece.group()));
            offsets.add(new TextSpan(piece.start(), piece.end()));
        }
        return new Encoding(ids, offsets);
    }

    @Override
    public String decode(List<Integer> ids, DecodedSpecials kept) {
        return String.join("", ids.stream().map(tokens::get).toList());
    }

    @Override
    public TokenStream stream(DecodedSpecials kept) {
        throw new UnsupportedOperationException("Nothing streams here");
    }

    @Override
    public OptionalInt id(String token) {
        int id = tokens.indexOf(token);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    @Override
    public String token(int id) {
        return tokens.get(id);
    }

    @Override
    public boolean special(int id) {
        return id < specials.size();
    }

    @Override
    public byte[] bytes(int id) {
        return tokens.get(id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public SpecialIds specialIds() {
        return new SpecialIds(id(roles.begin()), id(roles.end()), id(roles.pad()), OptionalInt.empty());
    }

    @Override
    public int size() {
        return tokens.size();
    }

    @Override
    public void close() {}
}
