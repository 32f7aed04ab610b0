package dev.kvasir.model.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import dev.kvasir.model.Encoding;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.PromptText;
import dev.kvasir.model.SpecialIds;
import dev.kvasir.model.TextSpan;
import dev.kvasir.model.TokenStream;
import dev.kvasir.model.Tokenizer;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Splits text by Hugging Face's native library, which is given no special token: those are found here, where it is known
 * which stretches of a text may hold them. Decoding needs no native code.
 */
final class NativeTokenizer implements Tokenizer {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Opening is linear in a size that was checked; a busy machine may take long over a large vocabulary. */
    private static final Duration OPENING_LIMIT = Duration.ofSeconds(60);

    /** Shorter pieces are split on the caller's thread. */
    private static final int WATCHED_LENGTH = 4096;

    /** Load fails rather than the first prompt when a splitting rule is slow on these. */
    private static final String PROBE =
            "a".repeat(2000) + " ".repeat(2000) + "1".repeat(2000) + "!?".repeat(1000) + "\n";

    static {
        // Splitting text needs no GPU; on a machine with one the library would fetch its CUDA build over the network.
        setIfAbsent("RUST_FLAVOR", "cpu");
        // Else the library asks the cloud's metadata service where it runs, and tells its makers.
        setIfAbsent("OPT_OUT_TRACKING", "true");
        setIfAbsent("ai.djl.offline", "true");
    }

    private final TokenizerDefinition definition;
    private final HuggingFaceTokenizer library;
    private final Watchdog watchdog;
    private final SpecialTokenFinder specials;
    private final Map<Integer, AddedToken> added = new HashMap<>();
    private final Map<Integer, String> tokens = new HashMap<>();
    private final int size;
    private boolean closed;

    private NativeTokenizer(TokenizerDefinition definition, HuggingFaceTokenizer library, Watchdog watchdog) {
        this.definition = definition;
        this.library = library;
        this.watchdog = watchdog;
        this.specials = new SpecialTokenFinder(
                definition.added().stream().filter(AddedToken::special).toList());
        definition.model().vocabulary().forEach((token, id) -> tokens.put(id, token));
        definition.added().forEach(token -> {
            tokens.put(token.id(), token.content());
            added.put(token.id(), token);
        });
        this.size = tokens.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getenv(property) == null && System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    static Tokenizer open(TokenizerDefinition definition) {
        byte[] json = NativeJson.write(definition);
        Map<String, String> options = Map.of("truncation", "false", "padding", "false");
        try {
            HuggingFaceTokenizer library = new Watchdog(definition.file(), OPENING_LIMIT)
                    .call(() -> HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options));
            return probed(definition, library);
        } catch (TokenizerStuckException e) {
            throw new ModelInvalidException(
                    definition.file(),
                    "pre_tokenizer",
                    "takes too long over %,d characters".formatted(PROBE.length()),
                    e);
        } catch (RuntimeException e) {
            // The library has no exceptions of its own.
            throw new ModelInvalidException(definition.file(), "file", "is refused: " + e.getMessage(), e);
        }
    }

    private static Tokenizer probed(TokenizerDefinition definition, HuggingFaceTokenizer library) {
        Watchdog watchdog = new Watchdog(definition.file(), LIMIT);
        try {
            watchdog.call(() -> library.encode(PROBE, false, false));
            return new NativeTokenizer(definition, library, watchdog);
        } catch (RuntimeException e) {
            if (!watchdog.isStuck()) {
                library.close();
            }
            throw e;
        }
    }

    @Override
    public Encoding encode(PromptText prompt, SpecialTokens around) {
        Ids ids = new Ids();
        if (around == SpecialTokens.ADD) {
            definition.before().forEach(id -> ids.add(id, new TextSpan(0, 0)));
        }
        int from = 0;
        for (SpecialTokenFinder.Found found : specials.find(prompt)) {
            piece(prompt.text(), from, found.span().start(), ids);
            ids.add(found.token().id(), found.span());
            from = found.span().end();
        }
        int end = prompt.text().length();
        piece(prompt.text(), from, end, ids);
        if (around == SpecialTokens.ADD) {
            definition.after().forEach(id -> ids.add(id, new TextSpan(end, end)));
        }
        return ids.encoding();
    }

    private void piece(String text, int start, int end, Ids ids) {
        if (start >= end) {
            return;
        }
        String piece = text.substring(start, end);
        ai.djl.huggingface.tokenizers.Encoding encoding = piece.length() < WATCHED_LENGTH && !watchdog.isStuck()
                ? split(piece)
                : watchdog.call(() -> split(piece));
        CodePoints points = new CodePoints(piece, start);
        long[] found = encoding.getIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        for (int i = 0; i < found.length; i++) {
            int id = Math.toIntExact(found[i]);
            refuseControl(id);
            ids.add(id, points.span(spans[i]));
        }
    }

    private ai.djl.huggingface.tokenizers.Encoding split(String piece) {
        return library.encode(piece, false, false);
    }

    private void refuseControl(int id) {
        AddedToken token = added.get(id);
        boolean unknown =
                token != null && token.content().equals(definition.model().unknown());
        if (token != null && token.special() && !unknown) {
            throw new IllegalStateException("The tokenizer of %s makes the control token '%s' of plain text"
                    .formatted(definition.file(), Names.shown(token.content())));
        }
    }

    @Override
    public String decode(List<Integer> ids, DecodedSpecials kept) {
        TokenStream stream = new Stream(definition.steps().decoder().whole(), kept);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.next(id));
        }
        return text.append(stream.end()).toString();
    }

    @Override
    public TokenStream stream(DecodedSpecials kept) {
        return new Stream(definition.steps().decoder().stream(), kept);
    }

    private final class Stream implements TokenStream {

        private final TokenDecoder.Decoding decoding;
        private final DecodedSpecials kept;

        private Stream(TokenDecoder.Decoding decoding, DecodedSpecials kept) {
            this.decoding = decoding;
            this.kept = kept;
        }

        @Override
        public String next(int id) {
            @Nullable String token = tokens.get(id);
            return token == null || (kept == DecodedSpecials.DROP && special(id)) ? "" : decoding.next(token);
        }

        @Override
        public String end() {
            return decoding.end();
        }
    }

    @Override
    public OptionalInt id(String token) {
        for (AddedToken candidate : definition.added()) {
            if (candidate.content().equals(token)) {
                return OptionalInt.of(candidate.id());
            }
        }
        Integer id = definition.model().vocabulary().get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    @Override
    public String token(int id) {
        String token = tokens.get(id);
        if (token == null) {
            throw new IllegalArgumentException("There is no token %d in %s".formatted(id, definition.file()));
        }
        return token;
    }

    @Override
    public boolean special(int id) {
        AddedToken token = added.get(id);
        return token != null && token.special();
    }

    @Override
    public byte[] bytes(int id) {
        @Nullable String token = tokens.get(id);
        return token == null ? new byte[0] : definition.steps().decoder().bytes(token);
    }

    @Override
    public SpecialIds specialIds() {
        return definition.roles();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public synchronized void close() {
        if (!closed && !watchdog.isStuck()) {
            library.close();
        }
        closed = true;
    }

    /** Ids and offsets as they come. */
    private static final class Ids {

        private final List<Integer> ids = new ArrayList<>();
        private final List<TextSpan> offsets = new ArrayList<>();

        void add(int id, TextSpan offset) {
            ids.add(id);
            offsets.add(offset);
        }

        Encoding encoding() {
            return new Encoding(ids, offsets);
        }
    }

    /** Turns the library's offsets, which count code points of a piece, into UTF-16 units of the whole text. */
    private static final class CodePoints {

        private final String piece;
        private final int base;
        private int point;
        private int unit;

        CodePoints(String piece, int base) {
            this.piece = piece;
            this.base = base;
        }

        TextSpan span(@Nullable CharSpan span) {
            if (span == null) {
                return new TextSpan(base + unit, base + unit);
            }
            int start = unitOf(span.getStart());
            int end = unitOf(Math.max(span.getStart(), span.getEnd()));
            return new TextSpan(base + start, base + end);
        }

        private int unitOf(int wanted) {
            unit = piece.offsetByCodePoints(unit, wanted - point);
            point = wanted;
            return unit;
        }
    }
}
