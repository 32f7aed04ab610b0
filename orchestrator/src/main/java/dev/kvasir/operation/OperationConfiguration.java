package dev.kvasir.operation;

import dev.kvasir.dispatch.NoticeListener;
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
class OperationConfiguration {

    @Bean
    Operations operations(JdbcClient jdbc, PlatformTransactionManager manager, NoticeListener listener) {
        return new StoredOperations(
                jdbc, new TransactionTemplate(manager), new OperationRows(jdbc, JsonMapper.shared()), listener);
    }
}
