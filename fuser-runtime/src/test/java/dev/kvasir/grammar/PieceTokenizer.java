package dev.kvasir.grammar;

import dev.kvasir.model.Encoding;
import dev.kvasir.model.PromptText;
import dev.kvasir.model.SpecialIds;
import dev.kvasir.model.TokenStream;
import dev.kvasir.model.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every byte, some pieces of JSON and of text, and one token that ends a turn. */
record PieceTokenizer(List<byte[]> pieces) implements Tokenizer {

    static final int END = 0;

    private static final List<String> LONGER = List.of(
            "<|end|>",
            "{\"",
            "\":",
            "\": \"",
            "\", \"",
            "\"}",
            "\",\"",
            "\"},{\"",
            "},",
            "]}",
            "[]",
            "{}",
            "[[",
            ",\n  ",
            "\n\n\n\n",
            "   ",
            "true",
            "false",
            "null",
            "nul",
            "12",
            "00",
            "-1",
            ".5",
            "e+",
            "abc",
            "name",
            "\"name\":",
            "tag",
            "é",
            "日本",
            "\\u00",
            "\\n",
            "\\\"",
            "\\ud83d",
            "\"a\":1,\"a\":2",
            "\",\"b\":{\"c\"",
            "a\",\"a\"",
            "0123456789abcdefghij",
            "\u0000",
            " a",
            "kvasir");

    static PieceTokenizer instance() {
        Stream<byte[]> bytes = IntStream.range(0, 256).mapToObj(value -> new byte[] {(byte) value});
        Stream<byte[]> longer = LONGER.stream().skip(1).map(text -> text.getBytes(StandardCharsets.UTF_8));
        Stream<byte[]> parts = Stream.of(new byte[] {(byte) 0xE6, (byte) 0x97}, new byte[] {(byte) 0xA5, '"'});
        Stream<byte[]> end = Stream.of(LONGER.getFirst().getBytes(StandardCharsets.UTF_8));
        return new PieceTokenizer(
                Stream.of(end, bytes, longer, parts).flatMap(some -> some).toList());
    }

    String text(List<Integer> ids) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ids.forEach(id -> text.writeBytes(special(id) ? new byte[0] : bytes(id)));
        return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] bytes(int id) {
        return pieces.get(id);
    }

    @Override
    public boolean special(int id) {
        return id == END;
    }

    @Override
    public int size() {
        return pieces.size();
    }

    @Override
    public String token(int id) {
        return new String(pieces.get(id), StandardCharsets.ISO_8859_1);
    }

    @Override
    public Encoding encode(PromptText text, SpecialTokens around) {
        throw new UnsupportedOperationException("These tests give ids.");
    }

    @Override
    public String decode(List<Integer> ids, DecodedSpecials specials) {
        return text(ids);
    }

    @Override
    public TokenStream stream(DecodedSpecials specials) {
        throw new UnsupportedOperationException("These tests decode whole texts.");
    }

    @Override
    public OptionalInt id(String token) {
        return OptionalInt.empty();
    }

    @Override
    public SpecialIds specialIds() {
        return SpecialIds.NONE;
    }

    @Override
    public void close() {}
}
