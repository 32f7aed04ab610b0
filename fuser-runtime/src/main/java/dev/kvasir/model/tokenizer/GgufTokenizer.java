package dev.kvasir.model.tokenizer;

import dev.kvasir.model.GgufVocabulary;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.SpecialIds;
import dev.kvasir.model.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tokenizer that the metadata of a GGUF file describe, put together as the original tokenizer.json was. */
public final class GgufTokenizer {

    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;

    /** Rows that fill the embedding up; no text has them. */
    private static final Pattern FILLER = Pattern.compile("\\[PAD\\d+]");

    private final String file;
    private final GgufVocabulary metadata;
    private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
    private final List<AddedToken> added = new ArrayList<>();

    private GgufTokenizer(String file, GgufVocabulary metadata) {
        this.file = file;
        this.metadata = metadata;
    }

    /**
     * Opens the tokenizer; the caller closes it.
     *
     * @param file the GGUF file's name, for messages
     * @param embeddingRows no id may be beyond them
     * @throws ModelInvalidException if the metadata contradict themselves or name a rule that is not supported
     */
    public static Tokenizer open(String file, GgufVocabulary metadata, int embeddingRows) {
        TokenizerDefinition definition = new GgufTokenizer(file, metadata).definition();
        new DefinitionChecks(file, embeddingRows).check(definition);
        return NativeTokenizer.open(definition);
    }

    private TokenizerDefinition definition() {
        if (metadata.types().size() != metadata.tokens().size()
                && !metadata.types().isEmpty()) {
            throw invalid(
                    "tokenizer.ggml.token_type",
                    "has %d entries for %d tokens"
                            .formatted(
                                    metadata.types().size(), metadata.tokens().size()));
        }
        if (metadata.tokens().size() > TokenizerJsonReader.MAX_TOKENS) {
            throw invalid(
                    "tokenizer.ggml.tokens", "has more than %,d tokens".formatted(TokenizerJsonReader.MAX_TOKENS));
        }
        return switch (metadata.model()) {
            case "gpt2" -> byteLevel();
            case "llama" -> sentencePiece();
            default ->
                throw invalid(
                        "tokenizer.ggml.model",
                        "'%s' is not supported; gpt2 and llama are".formatted(Names.shown(metadata.model())));
        };
    }

    private TokenizerDefinition byteLevel() {
        GgufSplitting splitting = GgufSplitting.named(metadata.pre())
                .orElseThrow(() -> invalid(
                        "tokenizer.ggml.pre",
                        "'%s' is not supported; %s are".formatted(Names.shown(metadata.pre()), GgufSplitting.names())));
        readTokens(token -> token);
        BpeModel model = new BpeModel(vocabulary, merges(), null, false, false, splitting.ignoreMerges());
        TokenizerDefinition.Steps steps = new TokenizerDefinition.Steps(
                splitting.normalizer(), splitting.preTokenizer(), null, new TokenDecoder.ByteLevel());
        return definition(model, steps, splitting.addsBos());
    }

    private TokenizerDefinition sentencePiece() {
        if (metadata.scores().size() != metadata.tokens().size()) {
            throw invalid(
                    "tokenizer.ggml.scores",
                    "has %d entries for %d tokens"
                            .formatted(
                                    metadata.scores().size(), metadata.tokens().size()));
        }
        readTokens(token -> token.replace(' ', SentencePieceMerges.SPACE));
        String unknown = unknown();
        List<Merge> merges = SentencePieceMerges.of(metadata, vocabulary);
        BpeModel model = new BpeModel(vocabulary, merges, unknown, true, true, false);
        boolean prefix = !Boolean.FALSE.equals(metadata.addSpacePrefix());
        TokenDecoder decoder =
                new TokenDecoder.Replacing(String.valueOf(SentencePieceMerges.SPACE), " ", true, prefix ? 1 : 0);
        TokenizerDefinition.Steps steps =
                new TokenizerDefinition.Steps(GgufSplitting.spaces(prefix), null, null, decoder);
        return definition(model, steps, true);
    }

    private TokenizerDefinition definition(BpeModel model, TokenizerDefinition.Steps steps, boolean bosByDefault) {
        Boolean addBos = metadata.addBos();
        boolean bos = addBos == null ? bosByDefault : addBos;
        SpecialIds roles = metadata.specialIds();
        return new TokenizerDefinition(
                file,
                model,
                added,
                steps,
                around(bos, roles.bos(), "bos"),
                around(Boolean.TRUE.equals(metadata.addEos()), roles.eos(), "eos"),
                roles);
    }

    private List<Integer> around(boolean wanted, OptionalInt id, String role) {
        if (!wanted || id.isEmpty()) {
            return List.of();
        }
        if (id.getAsInt() < 0 || id.getAsInt() >= metadata.tokens().size()) {
            throw invalid(
                    "tokenizer.ggml.%s_token_id".formatted(role),
                    "is %d, but there are %d tokens"
                            .formatted(id.getAsInt(), metadata.tokens().size()));
        }
        return List.of(id.getAsInt());
    }

    private interface Spelling {
        String of(String token);
    }

    /** Fills the vocabulary; user-defined tokens are spelled as the model sees text. */
    private void readTokens(Spelling userDefined) {
        for (int id = 0; id < metadata.tokens().size(); id++) {
            String token = metadata.tokens().get(id);
            int type = type(id);
            if (type == UNUSED && FILLER.matcher(token).matches()) {
                continue;
            }
            String spelled = type == USER_DEFINED ? userDefined.of(token) : token;
            Integer other = vocabulary.putIfAbsent(spelled, id);
            if (other != null) {
                throw invalid(
                        "tokenizer.ggml.tokens",
                        "'%s' stands at %d and at %d".formatted(Names.shown(token), other, id));
            }
            if (type == CONTROL || type == USER_DEFINED || type == UNKNOWN) {
                added.add(AddedToken.plain(id, spelled, type != USER_DEFINED));
            }
        }
    }

    private int type(int id) {
        return metadata.types().isEmpty() ? 1 : metadata.types().get(id);
    }

    private @Nullable String unknown() {
        OptionalInt id = metadata.specialIds().unk();
        if (id.isEmpty()) {
            return null;
        }
        if (id.getAsInt() < 0 || id.getAsInt() >= metadata.tokens().size()) {
            throw invalid(
                    "tokenizer.ggml.unknown_token_id",
                    "is %d, but there are %d tokens"
                            .formatted(id.getAsInt(), metadata.tokens().size()));
        }
        return metadata.tokens().get(id.getAsInt());
    }

    private List<Merge> merges() {
        List<Merge> merges = new ArrayList<>(metadata.merges().size());
        for (String written : metadata.merges()) {
            int number = merges.size();
            merges.add(Names.merge(written)
                    .orElseThrow(() -> invalid(
                            "tokenizer.ggml.merges",
                            "number %d must be two tokens with a space between".formatted(number))));
        }
        return merges;
    }

    private ModelInvalidException invalid(String place, String rule) {
        return new ModelInvalidException(file, place, rule);
    }
}
