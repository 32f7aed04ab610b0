package dev.kvasir.model.tokenizer;

import dev.kvasir.model.ModelInvalidException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What must hold before native code sees a tokenizer. */
final class DefinitionChecks {

    private static final Set<String> NORMALIZERS = Set.of(
            "Sequence", "NFC", "NFD", "NFKC", "NFKD", "Replace", "Prepend", "Lowercase", "Strip", "StripAccents");
    private static final Set<String> PRE_TOKENIZERS = Set.of(
            "Sequence", "ByteLevel", "Split", "Digits", "Whitespace", "WhitespaceSplit", "Punctuation", "Metaspace");
    private static final int MAX_STEPS = 32;
    private static final int MAX_TOKEN = 8192;

    private final String file;

    /** Rows of the embedding; ids must be below. */
    private final int rows;

    private int steps;

    DefinitionChecks(String file, int rows) {
        this.file = file;
        this.rows = rows;
    }

    private ModelInvalidException invalid(String place, String rule) {
        return new ModelInvalidException(file, place, rule);
    }

    void check(TokenizerDefinition definition) {
        Map<Integer, String> byId = new HashMap<>();
        definition.model().vocabulary().forEach((token, id) -> claim(byId, "model.vocab", token, id));
        for (AddedToken token : definition.added()) {
            claim(byId, "added_tokens", token.content(), token.id());
            Integer other = definition.model().vocabulary().get(token.content());
            if (other != null && other != token.id()) {
                throw invalid(
                        "added_tokens",
                        "'%s' has the id %d here and %d in model.vocab"
                                .formatted(Names.shown(token.content()), token.id(), other));
            }
        }
        merges(definition.model());
        unknown(definition.model());
        steps("normalizer", definition.steps().normalizer(), NORMALIZERS);
        steps("pre_tokenizer", definition.steps().preTokenizer(), PRE_TOKENIZERS);
    }

    private void claim(Map<Integer, String> byId, String place, String token, int id) {
        if (id < 0 || id >= rows) {
            throw invalid(
                    place, "'%s' has the id %d, but the embedding has %d rows".formatted(Names.shown(token), id, rows));
        }
        if (token.length() > MAX_TOKEN) {
            throw invalid(
                    place, "the token %d has %d characters, the limit is %d".formatted(id, token.length(), MAX_TOKEN));
        }
        String other = byId.putIfAbsent(id, token);
        if (other != null && !other.equals(token)) {
            throw invalid(
                    place, "'%s' and '%s' both have the id %d".formatted(Names.shown(other), Names.shown(token), id));
        }
    }

    private void merges(BpeModel model) {
        Map<String, Integer> vocabulary = model.vocabulary();
        int number = 0;
        for (Merge merge : model.merges()) {
            for (String token : new String[] {merge.left(), merge.right(), merge.joined()}) {
                if (!vocabulary.containsKey(token)) {
                    throw invalid(
                            "model.merges",
                            "number %d needs the token '%s', which is not in the vocabulary"
                                    .formatted(number, Names.shown(token)));
                }
            }
            number++;
        }
    }

    private void unknown(BpeModel model) {
        String unknown = model.unknown();
        if (unknown != null && !model.vocabulary().containsKey(unknown)) {
            throw invalid("model.unk_token", "'%s' is not in the vocabulary".formatted(Names.shown(unknown)));
        }
    }

    private void steps(String place, @Nullable JsonNode step, Set<String> known) {
        if (step == null || step.isNull()) {
            return;
        }
        String type = step.path("type").asString("");
        if (!known.contains(type)) {
            throw invalid(place, "'%s' is not supported".formatted(Names.shown(type)));
        }
        if (++steps > MAX_STEPS) {
            throw invalid(place, "has more than %d steps".formatted(MAX_STEPS));
        }
        for (String name : new String[] {"normalizers", "pretokenizers"}) {
            for (JsonNode inner : step.path(name)) {
                steps(place, inner, known);
            }
        }
        JsonNode pattern = step.path("pattern").path("Regex");
        if (pattern.isString()) {
            SplitPattern.fault(pattern.asString()).ifPresent(fault -> {
                throw invalid(place, fault);
            });
        }
    }
}
