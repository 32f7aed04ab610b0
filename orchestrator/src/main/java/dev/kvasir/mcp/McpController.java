package dev.kvasir.mcp;

import dev.kvasir.access.Caller;
import dev.kvasir.access.EventReaders;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import dev.kvasir.mcp.Methods.Asker;
import dev.kvasir.mcp.RpcMessage.Request;
import dev.kvasir.mcp.ToolCalls.Listener;
import dev.kvasir.run.EventRecord;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Model Context Protocol over its streamable HTTP: each POST is a message, its answer JSON, or events where the client wants
 * to hear how a call goes on. The server never asks and keeps no stream open for it, so there is no GET.
 */
@RestController
@Profile("!worker")
final class McpController {

    private static final Logger log = LoggerFactory.getLogger(McpController.class);
    private static final int MOST_TOGETHER = 20;

    private final Methods methods;
    private final EventReaders open;
    private final JsonMapper json;

    McpController(Methods methods, EventReaders openToolCalls, JsonMapper json) {
        this.methods = methods;
        this.open = openToolCalls;
        this.json = json;
    }

    @PostMapping("/mcp")
    void take(
            @RequestBody byte[] body,
            @AuthenticationPrincipal Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        Accepted accepted = Accepted.of(request.getHeader(HttpHeaders.ACCEPT));
        ProtocolVersion version = ProtocolVersion.spoken(request.getHeader("MCP-Protocol-Version"));
        Asker asker = new Asker(caller, Session.of(request.getHeader(Session.HEADER)), pages(request));
        RpcOutput out = new RpcOutput(response);
        JsonNode message = json.readTree(body);
        open.serve(caller.userId(), () -> {
            try {
                if (message.isArray() && version == ProtocolVersion.V2025_03_26) {
                    together(asker, message, out);
                } else {
                    take(asker, RpcMessage.read(message), accepted, out);
                }
            } catch (RpcException noMessage) {
                out.body(
                        HttpServletResponse.SC_BAD_REQUEST,
                        RpcOutput.error(JsonNodeFactory.instance.nullNode(), noMessage));
            }
        });
    }

    /**
     * What a client takes.
     *
     * @param json a body of JSON
     * @param events a stream of events
     */
    private record Accepted(boolean json, boolean events) {

        static Accepted of(@Nullable String header) {
            if (header == null) {
                return new Accepted(true, false);
            }
            try {
                List<MediaType> types = MediaType.parseMediaTypes(header);
                Accepted accepted = new Accepted(
                        types.stream().anyMatch(type -> type.includes(MediaType.APPLICATION_JSON)),
                        types.stream().anyMatch(type -> type.includes(MediaType.TEXT_EVENT_STREAM)));
                if (accepted.json || accepted.events) {
                    return accepted;
                }
            } catch (InvalidMediaTypeException unreadable) {
                log.debug("An Accept header cannot be read", unreadable);
            }
            throw new ProblemException(
                    ProblemType.MALFORMED_REQUEST, "Accept must name application/json and text/event-stream.");
        }
    }

    private static String pages(HttpServletRequest request) {
        return ServletUriComponentsBuilder.fromContextPath(request)
                .path("/runs/")
                .toUriString();
    }

    private void take(Asker asker, RpcMessage message, Accepted accepted, RpcOutput out)
            throws IOException, InterruptedException {
        switch (message) {
            case Request asked -> take(asker, asked, accepted, out);
            case RpcMessage.Notification told -> {
                methods.take(asker, told);
                out.accepted();
            }
            case RpcMessage.Answer unasked -> out.accepted();
        }
    }

    private void take(Asker asker, Request asked, Accepted accepted, RpcOutput out)
            throws IOException, InterruptedException {
        if (asked.method().equals("initialize")) {
            out.begin(Session.fresh());
        }
        JsonNode token = asked.params().path("_meta").path("progressToken");
        boolean isCall = asked.method().equals("tools/call");
        if (!isCall || !accepted.events() || (token.isMissingNode() && accepted.json())) {
            out.body(HttpServletResponse.SC_OK, answer(asker, asked, null));
            return;
        }
        try {
            int nodes = methods.tool(asker, asked).graph().nodes().size();
            out.beginEvents();
            out.event(answer(asker, asked, listener(token.isMissingNode() ? null : new Progress(token, nodes), out)));
        } catch (RpcException noTool) {
            out.body(HttpServletResponse.SC_OK, RpcOutput.error(asked.id(), noTool));
        } catch (IOException hungUp) {
            log.debug(
                    "A client of '{}' has hung up; its run goes on",
                    asker.caller().name(),
                    hungUp);
        }
    }

    private ObjectNode answer(Asker asker, Request asked, @Nullable Listener listener)
            throws IOException, InterruptedException {
        try {
            return RpcOutput.result(asked.id(), methods.answer(asker, asked, listener));
        } catch (RpcException fault) {
            return RpcOutput.error(asked.id(), fault);
        }
    }

    private static Listener listener(@Nullable Progress progress, RpcOutput out) {
        return new Listener() {
            @Override
            public void event(EventRecord event) throws IOException {
                Optional<ObjectNode> notification = progress == null ? Optional.empty() : progress.after(event);
                if (notification.isPresent()) {
                    out.event(notification.get());
                }
            }

            @Override
            public void silence() throws IOException {
                out.silence();
            }
        };
    }

    /** Several messages in one body, one after the other. */
    private void together(Asker asker, JsonNode messages, RpcOutput out) throws IOException, InterruptedException {
        if (messages.isEmpty() || messages.size() > MOST_TOGETHER) {
            throw new RpcException(RpcException.NO_REQUEST, "Send 1 to %d messages together.".formatted(MOST_TOGETHER));
        }
        ArrayNode answers = JsonNodeFactory.instance.arrayNode();
        for (JsonNode message : messages) {
            switch (RpcMessage.read(message)) {
                case Request asked -> answers.add(answer(asker, asked, null));
                case RpcMessage.Notification told -> methods.take(asker, told);
                case RpcMessage.Answer unasked -> {} // nothing was asked
            }
        }
        if (answers.isEmpty()) {
            out.accepted();
        } else {
            out.body(HttpServletResponse.SC_OK, answers);
        }
    }
}
