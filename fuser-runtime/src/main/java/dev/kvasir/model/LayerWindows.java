package dev.kvasir.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which layers of a configuration see only a window, and how wide it is. */
final class LayerWindows {

    private final ConfigObject config;
    private final Family family;

    LayerWindows(ConfigObject config, Family family) {
        this.config = config;
        this.family = family;
    }

    /** One window a layer; 0 for a layer that sees everything. */
    List<Integer> read(int layers) {
        return switch (family) {
            case LLAMA -> Collections.nCopies(layers, 0);
            case QWEN2, QWEN3 -> qwen(layers);
            case GEMMA3 -> gemma(layers);
        };
    }

    private List<Integer> qwen(int layers) {
        if (!config.flag("use_sliding_window", ConfigObject.Default.FALSE) || !config.has("sliding_window")) {
            return Collections.nCopies(layers, 0);
        }
        int window = config.integer("sliding_window", 1, ModelLimits.CONTEXT);
        if (config.has("layer_types")) {
            return byType(layers, window);
        }
        int full = config.optionalInteger("max_window_layers", 0, Integer.MAX_VALUE)
                .orElse(28);
        List<Integer> windows = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            windows.add(layer >= full ? window : 0);
        }
        return windows;
    }

    private List<Integer> gemma(int layers) {
        int window =
                config.optionalInteger("sliding_window", 1, ModelLimits.CONTEXT).orElse(4_096);
        if (config.has("layer_types")) {
            return byType(layers, window);
        }
        int pattern = config.optionalInteger("sliding_window_pattern", 1, ModelLimits.LAYERS)
                .orElse(config.optionalInteger("_sliding_window_pattern", 1, ModelLimits.LAYERS)
                        .orElse(6));
        return ModelConfig.windowsByPattern(layers, window, pattern);
    }

    private List<Integer> byType(int layers, int window) {
        List<String> types = config.texts("layer_types", ModelLimits.LAYERS);
        if (types.size() != layers) {
            throw config.invalid(
                    "layer_types", "names %d layers, num_hidden_layers %d".formatted(types.size(), layers));
        }
        List<Integer> windows = new ArrayList<>();
        for (String type : types) {
            windows.add(
                    switch (type) {
                        case "full_attention" -> 0;
                        case "sliding_attention" -> window;
                        default ->
                            throw config.invalid(
                                    "layer_types",
                                    "%s is unknown; known are full_attention and sliding_attention"
                                            .formatted(BoundedJson.shortened(type)));
                    });
        }
        return windows;
    }
}
