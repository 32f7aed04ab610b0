package dev.kvasir.agent;

import dev.kvasir.model.ChatInput;
import dev.kvasir.model.PromptText;
import dev.kvasir.model.TextSpan;
import dev.kvasir.model.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Conversations as one model reads them. */
final class Prompts {

    /** Stands for a reply whose text is already in the cache; no template writes or trims it. */
    private static final String REPLY_MARK = "\uE000reply\uE000";

    private Prompts() {}

    /** A conversation for the chat template, up to where the model's turn begins. */
    static ChatInput input(List<Message> messages, GenerationOptions options) {
        return ToolDialect.TEMPLATE.input(messages, List.of()).withVariable("enable_thinking", options.thinking());
    }

    /** The ids of a whole conversation without tools. */
    static List<Integer> ids(LocalModel model, List<Message> messages, GenerationOptions options) {
        return encode(model, render(model, input(messages, options)));
    }

    /** The ids of a request's conversation, its tools told. */
    static List<Integer> ids(LocalModel model, ReplyRequest request) {
        return encode(model, render(model, input(model, request, request.messages())));
    }

    private static ChatInput input(LocalModel model, ReplyRequest request, List<Message> messages) {
        return ToolDialect.of(model.chatTemplate().source())
                .input(messages, request.tools().specifications())
                .withVariable("enable_thinking", request.options().thinking());
    }

    /**
     * The ids that follow a reply in the cache: how the template closes that turn, the next turns, and where the model's
     * own begins.
     */
    static List<Integer> nextTurn(LocalModel model, List<Message> before, ReplyRequest request) {
        PromptText whole = render(model, input(model, request, continued(before, request.messages())));
        int mark = whole.text().lastIndexOf(REPLY_MARK);
        if (mark < 0) {
            throw new AgentException(
                    AgentFault.ALIGNMENT_FAILED,
                    "The chat template of '" + model.name() + "' leaves out an earlier reply, so its cache cannot be"
                            + " continued. Use a TEXT edge.");
        }
        int end = mark + REPLY_MARK.length();
        List<TextSpan> foreign = whole.foreign().stream()
                .filter(span -> span.start() >= end)
                .map(span -> new TextSpan(span.start() - end, span.end() - end))
                .toList();
        return encode(model, new PromptText(whole.text().substring(end), foreign));
    }

    /** A conversation and what follows on its reply, which only the cache knows. */
    static List<Message> continued(List<Message> before, List<Message> next) {
        List<Message> messages = new ArrayList<>(before);
        messages.add(Message.assistant(REPLY_MARK));
        messages.addAll(next);
        return messages;
    }

    private static PromptText render(LocalModel model, ChatInput input) {
        return model.chatTemplate().prompt(input);
    }

    private static List<Integer> encode(LocalModel model, PromptText text) {
        return model.tokenizer().encode(text, Tokenizer.SpecialTokens.OMIT).ids();
    }
}
