package dev.kvasir.dispatch;

import java.util.UUID;

/** An island of one run. */
public record IslandId(UUID value) {

    @Override
    public String toString() {
        return "island_" + value.toString().replace("-", "");
    }
}
