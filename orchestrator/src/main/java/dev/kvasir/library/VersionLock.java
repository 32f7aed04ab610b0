package dev.kvasir.library;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a version's names meant when it was published.
 *
 * @param models digest by model name
 * @param fusers digest by fuser name
 * @param graphs id of a graph that runs within this one, by {@code name@version}; versions themselves never change
 */
public record VersionLock(Map<String, String> models, Map<String, String> fusers, Map<String, String> graphs) {

    /** @param graphs null in locks from before graphs could run within graphs */
    public VersionLock(Map<String, String> models, Map<String, String> fusers, @Nullable Map<String, String> graphs) {
        this.models = Map.copyOf(new TreeMap<>(models));
        this.fusers = Map.copyOf(new TreeMap<>(fusers));
        this.graphs = graphs == null ? Map.of() : Map.copyOf(new TreeMap<>(graphs));
    }
}
