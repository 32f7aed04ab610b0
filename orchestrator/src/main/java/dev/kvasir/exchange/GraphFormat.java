package dev.kvasir.exchange;

import java.util.Locale;

/** In which words a graph's documents are written. */
public enum GraphFormat {
    JSON("application/json"),
    YAML("application/yaml");

    private final String mediaType;

    GraphFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** As a content type names it. */
    public String mediaType() {
        return mediaType;
    }

    /** By a file's name: YAML if it ends in {@code .yaml} or {@code .yml}, else JSON. */
    public static GraphFormat ofFile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".yaml") || lower.endsWith(".yml") ? YAML : JSON;
    }

    /** By a content type: YAML if it says so by any of its names, else JSON. */
    public static GraphFormat ofMediaType(String type) {
        String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (bare) {
            case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml" -> YAML;
            default -> JSON;
        };
    }
}
