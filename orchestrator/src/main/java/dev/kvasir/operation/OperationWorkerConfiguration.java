package dev.kvasir.operation;

import dev.kvasir.device.Devices;
import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.DispatchProperties;
import dev.kvasir.pool.PoolSync;
import dev.kvasir.pool.Shelf;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Operations as a worker has them: claimed and executed, one at a time. */
@Configuration(proxyBeanMethods = false)
@Profile("worker")
@EnableConfigurationProperties(TrainingProperties.class)
public class OperationWorkerConfiguration {

    @Bean
    TrainingRole trainingRole(
            JdbcClient jdbc,
            PlatformTransactionManager manager,
            Claimant worker,
            DispatchProperties dispatch,
            TrainingRoom room) {
        OperationLeases leases = new OperationLeases(jdbc, new TransactionTemplate(manager), worker, dispatch.lease());
        return new TrainingRole(leases, room, dispatch);
    }

    @Bean
    TrainingRoom trainingRoom(Shelf shelf, PoolSync pool, Devices devices, TrainingProperties settings) {
        return new TrainingRoom(shelf.home(), settings, pool, devices, Clock.systemUTC());
    }
}
