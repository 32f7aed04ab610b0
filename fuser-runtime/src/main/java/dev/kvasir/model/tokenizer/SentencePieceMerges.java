package dev.kvasir.model.tokenizer;

import dev.kvasir.model.GgufVocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Merges for a SentencePiece vocabulary: every token comes from each two tokens that spell it, the best-scored token first.
 * What the user defined is best of all.
 */
final class SentencePieceMerges {

    /** Stands for a space in tokens. */
    static final char SPACE = '\u2581';

    private static final int NORMAL = 1;
    private static final int USER_DEFINED = 4;

    private record Ranked(Merge merge, double score, int leftLength, int rightLength) {}

    private SentencePieceMerges() {}

    static List<Merge> of(GgufVocabulary metadata, Map<String, Integer> vocabulary) {
        List<Ranked> ranked = new ArrayList<>();
        vocabulary.forEach((token, id) -> {
            int type = metadata.types().isEmpty() ? NORMAL : metadata.types().get(id);
            if (type == NORMAL || type == USER_DEFINED) {
                double score = type == USER_DEFINED ? 0 : metadata.scores().get(id);
                addSplits(token, score, vocabulary, ranked);
            }
        });
        ranked.sort(Comparator.comparingDouble(Ranked::score)
                .thenComparingInt(Ranked::leftLength)
                .thenComparingInt(Ranked::rightLength)
                .reversed());
        return ranked.stream().map(Ranked::merge).toList();
    }

    private static void addSplits(String token, double score, Map<String, Integer> vocabulary, List<Ranked> ranked) {
        int length = token.codePointCount(0, token.length());
        int leftLength = 1;
        for (int at = next(token, 0); at < token.length(); at = next(token, at)) {
            String left = token.substring(0, at);
            String right = token.substring(at);
            if (vocabulary.containsKey(left) && vocabulary.containsKey(right)) {
                ranked.add(new Ranked(new Merge(left, right), score, leftLength, length - leftLength));
            }
            leftLength++;
        }
    }

    private static int next(String token, int at) {
        return at >= token.length() ? token.length() : at + Character.charCount(token.codePointAt(at));
    }
}
