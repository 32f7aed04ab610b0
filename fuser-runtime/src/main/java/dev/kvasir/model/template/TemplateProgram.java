package dev.kvasir.model.template;

import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ChatTemplateException.Kind;
import dev.kvasir.model.PromptText;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A compiled chat template. Immutable; each rendering has its own state. */
public final class TemplateProgram {

    private final List<Statement> statements;
    private final Map<String, String> specialTokens;
    private final Clock clock;

    private TemplateProgram(List<Statement> statements, Map<String, String> specialTokens, Clock clock) {
        this.statements = statements;
        this.specialTokens = specialTokens;
        this.clock = clock;
    }

    /**
     * Reads a template.
     *
     * @param specialTokens variables whose text the template may print as control tokens
     * @throws ChatTemplateException of kind SYNTAX or LIMIT
     */
    public static TemplateProgram compile(String source, Map<String, String> specialTokens, Clock clock) {
        if (source.length() > Budget.MAX_SOURCE) {
            throw new ChatTemplateException(
                    Kind.LIMIT,
                    "Chat template: %,d characters are too long, the limit is %,d"
                            .formatted(source.length(), Budget.MAX_SOURCE));
        }
        return new TemplateProgram(TemplateParser.parse(source), Map.copyOf(specialTokens), clock);
    }

    /**
     * Writes one conversation.
     *
     * @throws ChatTemplateException of kind RAISED, FAILED or LIMIT
     */
    public PromptText render(ChatInput input) {
        Budget budget = new Budget();
        try {
            Text text = new Interpreter(budget).render(statements, scope(input, budget));
            return new PromptText(text.string(), text.foreign());
        } catch (StackOverflowError e) {
            throw new ChatTemplateException(
                    Kind.LIMIT,
                    "Chat template, line %d: it nests too deep and was cut off".formatted(budget.line()),
                    e);
        }
    }

    private Scope scope(ChatInput input, Budget budget) {
        InputValues values = new InputValues(budget);
        Scope scope = new Scope(null);
        Environment.define(scope, clock);
        specialTokens.forEach((name, token) -> scope.set(name, Text.own(token)));
        scope.set("messages", values.of(input.messages()));
        scope.set("tools", values.of(input.tools()));
        scope.set("documents", Value.NONE);
        scope.set("add_generation_prompt", Value.of(input.addGenerationPrompt()));
        input.variables().forEach((name, value) -> scope.set(name, values.of(value)));
        return new Scope(scope);
    }
}
