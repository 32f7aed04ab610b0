package dev.kvasir.quiz;

import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;

/**
 * A text in an element of HTML. What a model wrote is parsed leniently and never shown as markup.
 *
 * @param tag of the element that holds the text itself, not of one around it; lower case
 * @param text with its white space joined to single blanks
 */
record Placement(String tag, String text) {

    /** What a piece of HTML places: its first element with a text of its own; empty if it has none. */
    static Optional<Placement> of(String html) {
        for (Element element : parsed(html).getAllElements()) {
            if (!(element instanceof Document)
                    && element.hasText()
                    && !element.ownText().isBlank()) {
                return Optional.of(new Placement(element.normalName(), element.ownText()));
            }
        }
        return Optional.empty();
    }

    /** Whether the text stands in such an element somewhere in {@code html}. */
    boolean in(String html) {
        for (Element element : parsed(html).getAllElements()) {
            if (element.normalName().equals(tag) && element.ownText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    /** As XML: a cell is kept without its table, as models write it. */
    private static Document parsed(String html) {
        return Jsoup.parse(html, "", Parser.xmlParser());
    }
}
