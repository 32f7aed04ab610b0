package dev.kvasir.model;

import java.util.Optional;

/**
 * Rotary settings of one layer type, in the older spelling ({@code rope_theta}, {@code rope_local_base_freq},
 * {@code rope_scaling} for layers that see everything) or the newer ({@code rope_parameters}, perhaps by layer type).
 */
final class RopeReader {

    private final ConfigObject config;
    private final String layerType;
    private final String thetaKey;

    RopeReader(ConfigObject config, String layerType, String thetaKey) {
        this.config = config;
        this.layerType = layerType;
        this.thetaKey = thetaKey;
    }

    Rope read(double defaultTheta) {
        double theta = config.optionalPositive(thetaKey).orElse(defaultTheta);
        Optional<ConfigObject> parameters = config.object("rope_parameters");
        if (parameters.isEmpty()) {
            return new Rope(theta, sliding() ? new RopeScaling.None() : scaling(config.object("rope_scaling")));
        }
        Optional<ConfigObject> own = parameters.get().object(layerType);
        if (own.isEmpty() && sliding()) {
            return new Rope(theta, new RopeScaling.None());
        }
        ConfigObject settings = own.orElse(parameters.get());
        return new Rope(settings.optionalPositive("rope_theta").orElse(theta), scaling(Optional.of(settings)));
    }

    private boolean sliding() {
        return layerType.equals("sliding_attention");
    }

    private static RopeScaling scaling(Optional<ConfigObject> settings) {
        return settings.map(RopeReader::scaling).orElseGet(RopeScaling.None::new);
    }

    private static RopeScaling scaling(ConfigObject settings) {
        String type = settings.text("rope_type").or(() -> settings.text("type")).orElse("default");
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(settings.positive("factor"));
            case "llama3" -> llama3(settings);
            default ->
                throw settings.invalid(
                        "rope_type",
                        "%s is not computed; known are default, linear and llama3"
                                .formatted(BoundedJson.shortened(type)));
        };
    }

    private static RopeScaling llama3(ConfigObject settings) {
        double low = settings.positive("low_freq_factor");
        double high = settings.positive("high_freq_factor");
        if (high <= low) {
            throw settings.invalid("high_freq_factor", "%s must be above low_freq_factor %s".formatted(high, low));
        }
        return new RopeScaling.Llama3(
                settings.positive("factor"), low, high, settings.positive("original_max_position_embeddings"));
    }
}
