package dev.kvasir.operation;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What fusers are trained on, and how often that is saved.
 *
 * @param data folders, beside {@code datasets} under {@code KVASIR_HOME}, whose files recipes that are sent may name
 * @param checkpointEvery steps after which a training is saved if its recipe does not say; what a killed worker did since is done again
 */
@ConfigurationProperties("kvasir.training")
record TrainingProperties(
        @DefaultValue List<Path> data, @DefaultValue("25") int checkpointEvery) {

    TrainingProperties {
        data = List.copyOf(data);
        if (checkpointEvery < 1) {
            throw new IllegalArgumentException(
                    "kvasir.training.checkpoint-every must be 1 or more, not " + checkpointEvery);
        }
    }
}
