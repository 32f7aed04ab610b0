package dev.kvasir.mcpclient;

import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundLimits;
import dev.kvasir.outbound.OutboundRequest;
import dev.kvasir.outbound.OutboundStream;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.HttpHeaders;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * MCP's streamable HTTP, every request of which passes the guard. An answer is one message or a stream of events; what a server would say
 * unasked is not listened for.
 */
final class GuardedMcpTransport implements McpClientTransport {

    private static final int MAX_ANSWER = 1 << 20;
    private static final int NOT_FOUND = 404;
    private static final List<String> VERSIONS =
            List.of(ProtocolVersions.MCP_2025_03_26, ProtocolVersions.MCP_2025_06_18, ProtocolVersions.MCP_2025_11_25);

    private final McpServer server;
    private final OutboundClient outbound;
    private final OutboundLimits limits;
    private final McpJsonMapper json;
    private volatile Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler = messages -> messages;
    private volatile @Nullable String session;
    private volatile @Nullable String version;
    private volatile boolean forgotten;

    GuardedMcpTransport(McpServer server, OutboundClient outbound, Duration timeout, McpJsonMapper json) {
        this.server = server;
        this.outbound = outbound;
        this.limits = new OutboundLimits(timeout, MAX_ANSWER);
        this.json = json;
    }

    /** Whether the server did not know its session any more, and so did nothing. */
    boolean isForgotten() {
        return forgotten;
    }

    @Override
    public List<String> protocolVersions() {
        return VERSIONS;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> receiver) {
        handler = receiver;
        return Mono.empty();
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.<Void>fromRunnable(() -> exchange(message)).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.<Void>fromRunnable(this::endSession)
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorComplete();
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return json.convertValue(data, type);
    }

    private void exchange(JSONRPCMessage message) {
        OutboundRequest request = new OutboundRequest("POST", server.url(), headers(), written(message), limits);
        try (OutboundStream answer = outbound.open(request)) {
            Map<String, List<String>> headers = answer.headers();
            requireSuccess(answer.status());
            first(headers, HttpHeaders.MCP_SESSION_ID).ifPresent(id -> session = id);
            if (!(message instanceof JSONRPCRequest)) {
                return; // some servers write something where nothing is answered
            }
            String type = first(headers, HttpHeaders.CONTENT_TYPE).orElse("");
            if (type.startsWith("text/event-stream")) {
                stream(answer, message);
            } else if (type.startsWith("application/json")) {
                receive(answer.text(), message);
            } else {
                throw new McpRefusedException("its answer is neither JSON nor a stream of events. Check the address.");
            }
        }
    }

    private void requireSuccess(int status) {
        if (status == NOT_FOUND && session != null) {
            forgotten = true;
            throw new McpRefusedException("it does not know the session any more.");
        }
        if (status < 200 || status >= 300) {
            throw new McpRefusedException("it answered with status " + status + ". Check its address and token.");
        }
    }

    /** Up to the answer; a server may leave the stream open. */
    private void stream(OutboundStream answer, JSONRPCMessage asked) {
        ServerSentEvents events = new ServerSentEvents(answer.body());
        boolean isOver = false;
        for (Optional<String> data = events.next(); data.isPresent() && !isOver; data = isOver ? data : events.next()) {
            isOver = receive(data.get(), asked);
        }
    }

    /** @return whether it was the answer to what was asked */
    private boolean receive(String text, JSONRPCMessage asked) {
        JSONRPCMessage message;
        try {
            message = McpSchema.deserializeJsonRpcMessage(json, text);
        } catch (IOException | IllegalArgumentException malformed) {
            throw new McpRefusedException("it sent what is no message of MCP.");
        }
        boolean isAnswer = message instanceof JSONRPCResponse response
                && asked instanceof JSONRPCRequest request
                && request.id().equals(response.id());
        if (isAnswer
                && message instanceof JSONRPCResponse response
                && response.result() instanceof Map<?, ?> result
                && asked instanceof JSONRPCRequest request
                && request.method().equals(McpSchema.METHOD_INITIALIZE)
                && result.get("protocolVersion") instanceof String agreed) {
            version = agreed;
        }
        handler.apply(Mono.just(message)).subscribe();
        return isAnswer;
    }

    private void endSession() {
        if (session != null && !forgotten) {
            outbound.open(new OutboundRequest("DELETE", server.url(), headers(), null, limits))
                    .close();
        }
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, "application/json");
        headers.put(HttpHeaders.ACCEPT, "application/json, text/event-stream");
        String id = session;
        if (id != null) {
            headers.put(HttpHeaders.MCP_SESSION_ID, id);
        }
        String agreed = version;
        if (agreed != null) {
            headers.put(HttpHeaders.PROTOCOL_VERSION, agreed);
        }
        server.token().get().ifPresent(token -> headers.put("Authorization", "Bearer " + token));
        return headers;
    }

    private String written(JSONRPCMessage message) {
        try {
            return json.writeValueAsString(message);
        } catch (IOException impossible) {
            throw new IllegalStateException("A message of MCP cannot be written.", impossible);
        }
    }

    private static Optional<String> first(Map<String, List<String>> headers, String name) {
        return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of()).stream()
                .findFirst();
    }
}
