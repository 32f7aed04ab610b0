package dev.kvasir.operation.training;

import dev.kvasir.device.Devices;
import dev.kvasir.operation.DataFolders;
import dev.kvasir.pool.PoolSync;
import dev.kvasir.pool.Shelf;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Trainings as a worker has them. */
@Configuration(proxyBeanMethods = false)
@Profile("worker")
@EnableConfigurationProperties(TrainingProperties.class)
public class TrainingWorkerConfiguration {

    @Bean
    TrainingRoom trainingRoom(
            Shelf shelf, DataFolders folders, TrainingProperties settings, PoolSync pool, Devices devices) {
        return new TrainingRoom(shelf.home(), folders, settings, pool, devices, Clock.systemUTC());
    }
}
