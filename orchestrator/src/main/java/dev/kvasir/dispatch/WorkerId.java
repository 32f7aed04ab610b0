package dev.kvasir.dispatch;

import java.util.UUID;

/** One worker process, from its start to its end; a restarted worker is another. */
public record WorkerId(UUID value) {

    @Override
    public String toString() {
        return "worker_" + value.toString().replace("-", "");
    }
}
