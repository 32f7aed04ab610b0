package dev.kvasir.tool;

import dev.kvasir.outbound.AddressNotAllowedException;
import dev.kvasir.outbound.OutboundException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Calls tools: arguments checked before, time bounded, every failure told as a result. */
final class ToolCaller {

    private static final Logger log = LoggerFactory.getLogger(ToolCaller.class);
    private static final long LOOK_MS = 50;
    private static final int LONGEST_NAME = 100;

    private final Duration timeout;
    private final Arguments arguments = new Arguments();

    ToolCaller(Duration timeout) {
        this.timeout = timeout;
    }

    /** @throws ToolCancelledException if it was cancelled */
    ToolResult call(Tool tool, String written, BooleanSupplier cancelled) {
        ObjectNode checked;
        try {
            checked = arguments.check(tool.specification(), written);
        } catch (ArgumentsException wrong) {
            return ToolResult.failed(String.valueOf(wrong.getMessage()));
        }
        CompletableFuture<ToolResult> result = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().name("kvasir-tool").start(() -> run(tool, checked, result));
        try {
            return await(tool, result, cancelled);
        } finally {
            thread.interrupt();
        }
    }

    static String shortened(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
    }

    private static void run(Tool tool, ObjectNode arguments, CompletableFuture<ToolResult> result) {
        try {
            result.complete(tool.call(arguments));
        } catch (AddressNotAllowedException denied) {
            result.complete(ToolResult.denied(String.valueOf(denied.getMessage())));
        } catch (OutboundException failed) {
            result.complete(ToolResult.failed(String.valueOf(failed.getMessage())));
        } catch (RuntimeException | Error fault) {
            result.completeExceptionally(fault);
        }
    }

    private ToolResult await(Tool tool, CompletableFuture<ToolResult> result, BooleanSupplier cancelled) {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                return result.get(LOOK_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException running) {
                if (cancelled.getAsBoolean()) {
                    throw new ToolCancelledException();
                }
                if (System.nanoTime() > end) {
                    return ToolResult.failed("Tool '%s' took longer than %d ms and was given up."
                            .formatted(tool.specification().name(), timeout.toMillis()));
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new ToolCancelledException();
            } catch (ExecutionException fault) {
                // what it says may hold anything, secrets included
                log.warn("Tool {} failed", tool.specification().name(), fault.getCause());
                return ToolResult.failed("Tool '%s' failed. The worker's log says why."
                        .formatted(tool.specification().name()));
            }
        }
    }
}
