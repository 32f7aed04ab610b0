package dev.kvasir.model.tokenizer;

import dev.kvasir.model.PromptText;
import dev.kvasir.model.TextSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds special tokens in the trusted stretches of a text: leftmost first, then longest. */
final class SpecialTokenFinder {

    /** A token and the stretch of text that it takes. */
    record Found(AddedToken token, TextSpan span) {}

    private static final class Node {
        private final Map<Character, Node> next = new HashMap<>();
        private @Nullable AddedToken token;
    }

    private final Node root = new Node();

    SpecialTokenFinder(List<AddedToken> specials) {
        for (AddedToken special : specials) {
            Node node = root;
            for (int i = 0; i < special.content().length(); i++) {
                node = node.next.computeIfAbsent(special.content().charAt(i), c -> new Node());
            }
            node.token = special;
        }
    }

    List<Found> find(PromptText prompt) {
        List<Found> found = new ArrayList<>();
        int from = 0;
        for (TextSpan foreign : prompt.foreign()) {
            find(prompt.text(), new TextSpan(from, foreign.start()), found);
            from = foreign.end();
        }
        find(prompt.text(), new TextSpan(from, prompt.text().length()), found);
        return found;
    }

    private void find(String text, TextSpan trusted, List<Found> found) {
        int at = trusted.start();
        while (at < trusted.end()) {
            AddedToken token = longest(text, at, trusted.end());
            if (token == null) {
                at++;
                continue;
            }
            TextSpan span = spread(text, token, at, trusted);
            found.add(new Found(token, span));
            at = span.end();
        }
    }

    private @Nullable AddedToken longest(String text, int start, int end) {
        Node node = root;
        AddedToken longest = null;
        for (int i = start; i < end; i++) {
            node = node.next.get(text.charAt(i));
            if (node == null) {
                break;
            }
            if (node.token != null && allowed(node.token, text, start, i + 1)) {
                longest = node.token;
            }
        }
        return longest;
    }

    private static boolean allowed(AddedToken token, String text, int start, int end) {
        return !token.singleWord()
                || ((start == 0 || !isWord(text.codePointBefore(start)))
                        && (end == text.length() || !isWord(text.codePointAt(end))));
    }

    private static boolean isWord(int c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static TextSpan spread(String text, AddedToken token, int at, TextSpan trusted) {
        int start = at;
        int end = at + token.content().length();
        while (token.leftSpace() && start > trusted.start() && Character.isWhitespace(text.charAt(start - 1))) {
            start--;
        }
        while (token.rightSpace() && end < trusted.end() && Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return new TextSpan(start, end);
    }
}
