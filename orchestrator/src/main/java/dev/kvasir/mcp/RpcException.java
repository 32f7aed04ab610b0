package dev.kvasir.mcp;

/** A request that cannot be answered with a result (JSON-RPC 2.0, section 5.1). */
final class RpcException extends RuntimeException {

    static final int NO_REQUEST = -32600;
    static final int NO_METHOD = -32601;
    static final int WRONG_PARAMETERS = -32602;

    private static final long serialVersionUID = 1L;

    private final int code;

    RpcException(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }
}
