package dev.kvasir.tool;

import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * What came of a call. The text is untrusted: data for whoever reads it, never a template, markup, a permission or a control token.
 *
 * @param text at most {@link #MAX_BYTES} as UTF-8; of a failure what, where and how to mend it, for a model or a user to read
 */
public record ToolResult(String text, Outcome outcome) {

    /** Most that a model is told of one result. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final String CUT = "\n[cut off after 64 KB]";

    /** How a call ended. */
    public enum Outcome {
        DONE,
        /** It could not be done as it was asked, or not now. */
        FAILED,
        /** It may not be done. */
        DENIED
    }

    public ToolResult {
        text = bounded(text);
    }

    public static ToolResult done(String text) {
        return new ToolResult(text, Outcome.DONE);
    }

    public static ToolResult failed(String text) {
        return new ToolResult(text, Outcome.FAILED);
    }

    public static ToolResult denied(String text) {
        return new ToolResult(text, Outcome.DENIED);
    }

    public boolean isError() {
        return outcome != Outcome.DONE;
    }

    private static String bounded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.IGNORE) // half a character at the cut
                            .decode(ByteBuffer.wrap(bytes, 0, MAX_BYTES - CUT.length()))
                    + CUT;
        } catch (java.nio.charset.CharacterCodingException impossible) {
            throw new IllegalStateException("Malformed input was to be ignored.", impossible);
        }
    }
}
