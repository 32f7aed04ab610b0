package dev.kvasir.openai;

import dev.kvasir.openai.Answering.Started;
import dev.kvasir.openai.Reply.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One run's answers as {@code chat.completion} objects. */
final class ChatAnswers {

    private static final int FINGERPRINT = 8;

    private final Started started;
    private final boolean countsUsage;

    /** @param countsUsage whether chunks of a stream tell the usage; only the last has one */
    ChatAnswers(Started started, boolean countsUsage) {
        this.started = started;
        this.countsUsage = countsUsage;
    }

    /** The whole answer. */
    ObjectNode completion(Reply reply) {
        ObjectNode answer = head("chat.completion");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        choice.putObject("message")
                .put("role", "assistant")
                .put("content", reply.text())
                .putNull("refusal");
        choice.putNull("logprobs").put("finish_reason", finish(reply));
        answer.set("usage", usage(reply.usage()));
        answer.set("kvasir", reply.kvasir());
        return answer;
    }

    /** The first chunk, which has the role. */
    ObjectNode first() {
        return chunk(delta().put("role", "assistant").put("content", ""), null);
    }

    ObjectNode more(String text) {
        return chunk(delta().put("content", text), null);
    }

    /** The chunk that says why the reply ends. */
    ObjectNode last(Reply reply) {
        ObjectNode chunk = chunk(delta(), finish(reply));
        chunk.set("kvasir", reply.kvasir());
        return chunk;
    }

    /** The chunk without choices that tells the usage. */
    ObjectNode counted(Reply reply) {
        ObjectNode chunk = head("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", usage(reply.usage()));
        return chunk;
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable String finish) {
        ObjectNode chunk = head("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finish);
        if (countsUsage) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private ObjectNode head(String object) {
        String version = started.model().version().sha256();
        return delta().put("id", "chatcmpl-" + started.id().value().toString().replace("-", ""))
                .put("object", object)
                .put("created", started.record().createdAt().getEpochSecond())
                .put("model", started.model().id())
                .put("system_fingerprint", "fp_" + version.substring(0, FINGERPRINT));
    }

    private static String finish(Reply reply) {
        return reply.isCut() ? "length" : "stop";
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode counted = delta().put("prompt_tokens", usage.prompt())
                .put("completion_tokens", usage.generated())
                .put("total_tokens", usage.prompt() + usage.generated());
        counted.putObject("prompt_tokens_details").put("cached_tokens", usage.reused());
        counted.putObject("completion_tokens_details")
                .put("reasoning_tokens", 0)
                .put("intermediate_tokens", usage.intermediate());
        return counted;
    }

    private static ObjectNode delta() {
        return JsonNodeFactory.instance.objectNode();
    }
}
