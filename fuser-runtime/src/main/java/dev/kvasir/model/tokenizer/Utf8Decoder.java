package dev.kvasir.model.tokenizer;

/** Bytes to characters, one at a time. Each longest prefix of a character that breaks off becomes one U+FFFD. */
final class Utf8Decoder {

    private static final char REPLACEMENT = '\uFFFD';

    private final StringBuilder text = new StringBuilder();
    private int point;
    private int missing;
    private int lowest = 0x80;
    private int highest = 0xBF;

    void add(int value) {
        int unsigned = value & 0xFF;
        if (missing > 0) {
            if (unsigned >= lowest && unsigned <= highest) {
                continueCharacter(unsigned);
                return;
            }
            breakOff();
        }
        start(unsigned);
    }

    private void continueCharacter(int unsigned) {
        point = point << 6 | (unsigned & 0x3F);
        lowest = 0x80;
        highest = 0xBF;
        if (--missing == 0) {
            text.appendCodePoint(point);
        }
    }

    private void start(int first) {
        if (first < 0x80) {
            text.append((char) first);
        } else if (first >= 0xC2 && first <= 0xDF) {
            expect(1, first & 0x1F, 0x80, 0xBF);
        } else if (first >= 0xE0 && first <= 0xEF) {
            expect(2, first & 0x0F, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        } else if (first >= 0xF0 && first <= 0xF4) {
            expect(3, first & 0x07, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        } else {
            text.append(REPLACEMENT);
        }
    }

    private void expect(int more, int bits, int low, int high) {
        missing = more;
        point = bits;
        lowest = low;
        highest = high;
    }

    private void breakOff() {
        text.append(REPLACEMENT);
        missing = 0;
        lowest = 0x80;
        highest = 0xBF;
    }

    /** The finished characters since the last call. */
    String take() {
        String taken = text.toString();
        text.setLength(0);
        return taken;
    }

    /** As {@link #take}, with what is unfinished as U+FFFD. */
    String end() {
        if (missing > 0) {
            breakOff();
        }
        return take();
    }
}
