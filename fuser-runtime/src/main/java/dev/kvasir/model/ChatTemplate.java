package dev.kvasir.model;

import dev.kvasir.model.template.TemplateProgram;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a conversation the way one model reads it: a bounded interpreter of the part of Jinja2 that chat templates use.
 *
 * <p>Templates see strings, numbers, booleans, lists, maps and none; nothing of Java. At most 64 KB of template, 1 MB of
 * output, 1 second, 100,000 steps of loops. Safe for use by several threads.
 */
public final class ChatTemplate {

    private final String source;
    private final TemplateProgram program;

    private ChatTemplate(String source, TemplateProgram program) {
        this.source = source;
        this.program = program;
    }

    /**
     * Reads a template.
     *
     * @param specialTokens strings by role ({@code bos_token}, {@code eos_token}, ...), variables of the template
     * @param clock tells {@code strftime_now} the date
     * @throws ChatTemplateException of kind SYNTAX or LIMIT
     */
    public static ChatTemplate compile(String source, Map<String, String> specialTokens, Clock clock) {
        return new ChatTemplate(source, TemplateProgram.compile(source, specialTokens, clock));
    }

    /**
     * Reads a template whose special tokens are those of a tokenizer.
     *
     * @throws ChatTemplateException of kind SYNTAX or LIMIT
     */
    public static ChatTemplate compile(String source, Tokenizer tokenizer, Clock clock) {
        SpecialIds ids = tokenizer.specialIds();
        Map<String, String> tokens = new HashMap<>();
        ids.bos().ifPresent(id -> tokens.put("bos_token", tokenizer.token(id)));
        ids.eos().ifPresent(id -> tokens.put("eos_token", tokenizer.token(id)));
        ids.pad().ifPresent(id -> tokens.put("pad_token", tokenizer.token(id)));
        ids.unk().ifPresent(id -> tokens.put("unk_token", tokenizer.token(id)));
        return compile(source, tokens, clock);
    }

    public String source() {
        return source;
    }

    /**
     * The text that the model reads.
     *
     * @throws ChatTemplateException if the template refuses the conversation, fails or is cut off
     */
    public String render(ChatInput input) {
        return prompt(input).text();
    }

    /**
     * As {@link #render}, with the stretches that the conversation brought in marked as foreign.
     *
     * @throws ChatTemplateException if the template refuses the conversation, fails or is cut off
     */
    public PromptText prompt(ChatInput input) {
        return program.render(input);
    }
}
