package dev.kvasir.fuser;

import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Encoding;
import dev.kvasir.model.PromptText;
import dev.kvasir.model.TextSpan;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A conversation as one model reads it: text, tokens, and which tokens are messages. */
final class ChatSide {

    /** Tokens {@code [start, end)}, of a message or of the template. */
    record Part(boolean message, int start, int end) {
        int length() {
            return end - start;
        }
    }

    private final PromptText prompt;
    private final Encoding encoding;
    private final List<TextSpan> messages;
    private final List<Part> parts;

    private ChatSide(PromptText prompt, Encoding encoding, List<TextSpan> messages) {
        this.prompt = prompt;
        this.encoding = encoding;
        this.messages = messages;
        this.parts = parts(encoding, messages);
    }

    static ChatSide of(ChatModel model, ChatInput input, ChatAligner.Ending ending) {
        Tokenizer tokenizer = model.tokenizer();
        PromptText prompt = model.template().prompt(input);
        String begin = tokenizer.specialIds().bos().isPresent()
                ? tokenizer.token(tokenizer.specialIds().bos().getAsInt())
                : "";
        List<TextSpan> messages = new MessageSpans(prompt.text(), begin).of(contents(input));
        if (ending == ChatAligner.Ending.LAST_MESSAGE && !messages.isEmpty()) {
            prompt = cut(prompt, messages.getLast().end());
        }
        return new ChatSide(prompt, tokenizer.encode(prompt, SpecialTokens.OMIT), messages);
    }

    /** One model's part in a conversation. */
    record ChatModel(Tokenizer tokenizer, ChatTemplate template) {}

    private static List<String> contents(ChatInput input) {
        List<String> contents = new ArrayList<>();
        for (Map<String, ?> message : input.messages()) {
            if (!(message.get("content") instanceof CharSequence content)) {
                throw new AlignmentException("Only messages whose content is text can be aligned.");
            }
            contents.add(content.toString());
        }
        return contents;
    }

    private static PromptText cut(PromptText prompt, int end) {
        List<TextSpan> foreign = prompt.foreign().stream()
                .filter(span -> span.start() < end)
                .map(span -> new TextSpan(span.start(), Math.min(span.end(), end)))
                .toList();
        return new PromptText(prompt.text().substring(0, end), foreign);
    }

    private static List<Part> parts(Encoding encoding, List<TextSpan> messages) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        for (TextSpan message : messages) {
            int start = at;
            while (start < encoding.size() && encoding.offsets().get(start).end() <= message.start()) {
                start++;
            }
            int end = start;
            while (end < encoding.size() && encoding.offsets().get(end).start() < message.end()) {
                end++;
            }
            add(parts, false, at, start);
            add(parts, true, start, end);
            at = end;
        }
        add(parts, false, at, encoding.size());
        return parts;
    }

    private static void add(List<Part> parts, boolean message, int start, int end) {
        if (start < end) {
            parts.add(new Part(message, start, end));
        }
    }

    String text() {
        return prompt.text();
    }

    List<TextSpan> messages() {
        return messages;
    }

    List<Part> parts() {
        return parts;
    }

    List<Integer> ids() {
        return encoding.ids();
    }

    /** What of the conversation's text a token stands for. */
    String text(int token) {
        TextSpan span = offset(token);
        return prompt.text().substring(span.start(), span.end());
    }

    TextSpan offset(int token) {
        return encoding.offsets().get(token);
    }
}
