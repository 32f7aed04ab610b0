package dev.kvasir.access;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How a problem is told on a path: as our own API does, or as the API that others have defined and we speak there. */
enum ProblemShape {
    /** RFC 9457. */
    DOCUMENT {
        @Override
        String mediaType() {
            return ProblemWriter.MEDIA_TYPE;
        }

        @Override
        Object body(ProblemException problem, ProblemDocument document, JsonMapper json) {
            return document;
        }
    },
    /** OpenAI's error object, under {@code /v1/}. */
    OPENAI {
        @Override
        int status(ProblemException problem) {
            return OpenAiErrors.status(problem.type());
        }

        @Override
        Object body(ProblemException problem, ProblemDocument document, JsonMapper json) {
            return OpenAiErrors.body(problem);
        }
    },
    /** JSON-RPC 2.0, where MCP is spoken: an error that belongs to no request, with the problem document as its data. */
    JSON_RPC {
        @Override
        Object body(ProblemException problem, ProblemDocument document, JsonMapper json) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
            answer.putNull("id");
            answer.putObject("error")
                    .put("code", code(problem.type()))
                    .put("message", problem.detail())
                    .set("data", json.valueToTree(document));
            return answer;
        }
    };

    private static final int NO_JSON = -32700;
    private static final int NO_REQUEST = -32600;
    private static final int OUR_FAULT = -32603;

    /** The shape that is spoken on a path, as the request line has it. */
    static ProblemShape of(String path) {
        if (path.startsWith("/v1/")) {
            return OPENAI;
        }
        return path.equals("/mcp") ? JSON_RPC : DOCUMENT;
    }

    int status(ProblemException problem) {
        return problem.type().status();
    }

    String mediaType() {
        return MediaType.APPLICATION_JSON_VALUE;
    }

    /** What is written as JSON. */
    abstract Object body(ProblemException problem, ProblemDocument document, JsonMapper json);

    private static int code(ProblemType type) {
        if (type == ProblemType.MALFORMED_JSON) {
            return NO_JSON;
        }
        return HttpStatus.valueOf(type.status()).is4xxClientError() ? NO_REQUEST : OUR_FAULT;
    }
}
