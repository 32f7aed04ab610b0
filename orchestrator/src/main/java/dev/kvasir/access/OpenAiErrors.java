package dev.kvasir.access;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Problems as OpenAI's API tells of them: {@code {"error": {"message", "type", "param", "code"}}}.
 *
 * <p>The first fault's pointer is the parameter, in that API's writing, such as {@code messages[0].content}; its code, if it has
 * one, the code.
 */
public final class OpenAiErrors {

    private static final Pattern INDEX = Pattern.compile("\\d+");

    private OpenAiErrors() {}

    /** What the request says wrongly is 400 there. */
    public static int status(ProblemType type) {
        return switch (type) {
            case INPUT_INVALID, OPTION_OUT_OF_RANGE, GRAPH_INVALID, C2C_INCOMPATIBLE, PROMPT_TOO_LONG -> 400;
            default -> type.status();
        };
    }

    /** The whole body of an answer, or of a stream's last event. */
    public static ObjectNode body(ProblemException problem) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error");
        error.put("message", problem.detail()).put("type", type(problem.type()));
        ProblemFault fault =
                problem.faults().isEmpty() ? null : problem.faults().getFirst();
        String parameter = fault == null ? null : parameter(fault.pointer());
        error.put("param", parameter).put("code", code(problem.type(), fault));
        return body;
    }

    private static @Nullable String parameter(String pointer) {
        if (pointer.isEmpty()) {
            return null;
        }
        StringBuilder name = new StringBuilder();
        for (String part : pointer.substring(1).split("/", -1)) {
            String plain = part.replace("~1", "/").replace("~0", "~");
            if (INDEX.matcher(plain).matches()) {
                name.append('[').append(plain).append(']');
            } else {
                name.append(name.isEmpty() ? "" : ".").append(plain);
            }
        }
        return name.toString();
    }

    private static String type(ProblemType type) {
        return switch (type.status()) {
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> type.status() >= 500 ? "server_error" : "invalid_request_error";
        };
    }

    private static String code(ProblemType type, @Nullable ProblemFault fault) {
        if (fault != null && fault.code() != null) {
            return fault.code().toLowerCase(Locale.ROOT);
        }
        return switch (type) {
            case UNAUTHENTICATED -> "invalid_api_key";
            case RATE_LIMITED, QUEUE_FULL -> "rate_limit_exceeded";
            case BUDGET_EXCEEDED -> "insufficient_quota";
            case PROMPT_TOO_LONG -> "context_length_exceeded";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }
}
