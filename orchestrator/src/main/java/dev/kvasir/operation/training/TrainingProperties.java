package dev.kvasir.operation.training;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often trainings are saved.
 *
 * @param checkpointEvery steps after which a training is saved if its recipe does not say; what a killed worker did since is done again
 */
@ConfigurationProperties("kvasir.training")
record TrainingProperties(@DefaultValue("25") int checkpointEvery) {

    TrainingProperties {
        if (checkpointEvery < 1) {
            throw new IllegalArgumentException(
                    "kvasir.training.checkpoint-every must be 1 or more, not " + checkpointEvery);
        }
    }
}
