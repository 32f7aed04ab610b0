package dev.kvasir.operation.training;

import dev.kvasir.operation.DataFolders;
import dev.kvasir.operation.Operations;
import dev.kvasir.pool.Pool;
import dev.kvasir.pool.Shelf;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Trainings as the server has them. */
@Configuration(proxyBeanMethods = false)
@Profile("!worker")
class TrainingConfiguration {

    @Bean
    TrainingLogs trainingLogs(Shelf shelf, Clock clock) {
        return new TrainingLogs(shelf.home(), clock);
    }

    @Bean
    Trainings trainings(Operations operations, Pool pool, DataFolders folders) {
        return new StoredTrainings(operations, new RecipeCheck(pool, folders));
    }
}
