package dev.kvasir.mcpclient;

/** An MCP server whose HTTP answer is no message. */
final class McpRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    McpRefusedException(String message) {
        super(message);
    }
}
