package dev.kvasir.library;

import java.util.Map;
import java.util.TreeMap;

/**
 * The digests of what a version names, as they were when it was published.
 *
 * @param models digest by model name
 * @param fusers digest by fuser name
 */
public record VersionLock(Map<String, String> models, Map<String, String> fusers) {
    public VersionLock {
        models = Map.copyOf(new TreeMap<>(models));
        fusers = Map.copyOf(new TreeMap<>(fusers));
    }
}
