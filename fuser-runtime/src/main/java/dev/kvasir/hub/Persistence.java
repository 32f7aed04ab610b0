package dev.kvasir.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;

/** Tries again what may succeed later, a bounded number of times with growing waits. */
final class Persistence {

    private final HubSettings settings;
    private final PullWatch watch;

    Persistence(HubSettings settings, PullWatch watch) {
        this.settings = settings;
        this.watch = watch;
    }

    /** One try of something. */
    interface Try<T> {
        T once() throws IOException;
    }

    /** How far the tries have come; more than ever before makes the count of failures start again. */
    interface Progress {
        long reached();
    }

    <T> T until(Try<T> work, Progress progress) {
        long best = progress.reached();
        int failures = 0;
        while (true) {
            try {
                return work.once();
            } catch (IOException failed) {
                failures = progress.reached() > best ? 1 : failures + 1;
                best = Math.max(best, progress.reached());
                if (failures >= settings.patience().tries()) {
                    throw new HubException(HubFault.NOT_REACHABLE, givenUp(failed, failures), failed);
                }
                pause(failed, failures);
            }
        }
    }

    private void pause(IOException failed, int failures) {
        Duration wait = settings.patience().waitAfter(failures);
        if (failed instanceof HubRefusal.PassingFailureException passing) {
            Duration asked = Duration.ofSeconds(passing.askedSeconds());
            wait = asked.compareTo(wait) > 0 ? asked : wait;
        }
        if (wait.compareTo(settings.patience().longestWait()) > 0) {
            wait = settings.patience().longestWait();
        }
        watch.says("%s Trying again in %.1f s.".formatted(cause(failed), wait.toMillis() / 1e3));
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException(HubFault.NOT_REACHABLE, "The pull was interrupted; run it again to go on.", e);
        }
    }

    private String givenUp(IOException failed, int failures) {
        String advice = failed instanceof HubRefusal.PassingFailureException
                ? "Try again later; what has arrived is kept."
                : "Check the connection, or name a mirror in HF_ENDPOINT; what has arrived is kept.";
        return "%s It was tried %d times. %s".formatted(cause(failed), failures, advice);
    }

    private String cause(IOException failed) {
        return switch (failed) {
            case HubRefusal.PassingFailureException passing -> String.valueOf(passing.getMessage());
            case HttpConnectTimeoutException silent -> unreachable("it does not answer");
            case HttpTimeoutException silent -> "The hub %s fell silent.".formatted(settings.endpoint());
            case ConnectException refused ->
                unreachable(isUnresolved(refused) ? "its name cannot be resolved" : "it refuses the connection");
            default -> "The connection to %s broke (%s).".formatted(settings.endpoint(), reason(failed));
        };
    }

    private static boolean isUnresolved(Throwable failed) {
        for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private String unreachable(String why) {
        return "The hub %s cannot be reached: %s.".formatted(settings.endpoint(), why);
    }

    private static String reason(IOException failed) {
        String message = failed.getMessage();
        return message == null || message.isBlank() ? failed.getClass().getSimpleName() : message;
    }
}
