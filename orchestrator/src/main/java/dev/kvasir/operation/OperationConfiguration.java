package dev.kvasir.operation;

import dev.kvasir.dispatch.NoticeListener;
import dev.kvasir.pool.Pool;
import dev.kvasir.pool.Shelf;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Operations as the server has them: queued, read and stopped; nothing is executed here. */
@Configuration(proxyBeanMethods = false)
@Profile("!worker")
@EnableConfigurationProperties(TrainingProperties.class)
class OperationConfiguration {

    @Bean
    TrainingLogs trainingLogs(Shelf shelf, Clock clock) {
        return new TrainingLogs(shelf.home(), clock);
    }

    @Bean
    Operations operations(
            JdbcClient jdbc,
            PlatformTransactionManager manager,
            Pool pool,
            Shelf shelf,
            TrainingProperties settings,
            NoticeListener listener) {
        return new StoredOperations(
                jdbc,
                new TransactionTemplate(manager),
                new OperationRows(jdbc, JsonMapper.shared()),
                new RecipeCheck(pool, new DataFolders(shelf.home(), settings.data())),
                listener);
    }
}
