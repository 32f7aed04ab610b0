package dev.kvasir.agent;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a test orders the echo model to do.
 *
 * @param sleepMs how long the reply takes, in all
 * @param loadMs how long loading pretends to take
 * @param tokens how many words to answer with, repeating the message; 0 for the message's own
 * @param fault what goes wrong, or nothing
 * @param attempts the fault hits the first so many attempts; 0 for all
 */
record EchoOrder(
        long sleepMs,
        long loadMs,
        int tokens,
        @Nullable Fault fault,
        int attempts,
        @Nullable String message) {

    /** How a reply may go wrong. */
    enum Fault {
        THROW,
        HANG,
        OOM_JAVA,
        NAN,
        ABORT
    }

    static EchoOrder plain(String text) {
        return new EchoOrder(0, 0, 0, null, 0, text);
    }

    EchoOrder withText(String text) {
        return new EchoOrder(sleepMs, loadMs, tokens, fault, attempts, text);
    }

    String text() {
        return message == null ? "" : message;
    }

    void failIfDue(int attempt) {
        if (fault == null || (attempts > 0 && attempt > attempts)) {
            return;
        }
        switch (fault) {
            case THROW -> throw new AgentException(AgentFault.PROVIDER_FAILED, "The echo model was told to fail.");
            case NAN -> throw new AgentException(AgentFault.NON_FINITE, "The echo model's logits are not finite.");
            case HANG -> hang();
            case OOM_JAVA -> throw new OutOfMemoryError("The echo model was told to run out of memory.");
            case ABORT -> Runtime.getRuntime().halt(134);
        }
    }

    /** Ignores interruption, as a hung kernel does: parking returns at once then, and parks again. */
    private static void hang() {
        while (true) {
            LockSupport.park();
        }
    }
}
