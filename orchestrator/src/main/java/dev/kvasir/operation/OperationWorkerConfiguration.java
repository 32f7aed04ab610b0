package dev.kvasir.operation;

import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.DispatchProperties;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Operations as a worker has them: claimed and executed. */
@Configuration(proxyBeanMethods = false)
@Profile("worker")
@Import(DataConfiguration.class)
public class OperationWorkerConfiguration {

    @Bean
    OperationRoles operationRoles(
            JdbcClient jdbc,
            PlatformTransactionManager manager,
            Claimant worker,
            DispatchProperties dispatch,
            List<OperationRoom> rooms) {
        TransactionTemplate transactions = new TransactionTemplate(manager);
        return new OperationRoles(rooms.stream()
                .map(room -> new OperationRole(
                        new OperationLeases(jdbc, transactions, worker, room.kind(), dispatch.lease()), room, dispatch))
                .toList());
    }
}
