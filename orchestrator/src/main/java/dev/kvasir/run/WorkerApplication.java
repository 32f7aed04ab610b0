package dev.kvasir.run;

import dev.kvasir.operation.OperationWorkerConfiguration;
import dev.kvasir.operation.study.StudyWorkerConfiguration;
import dev.kvasir.operation.training.TrainingWorkerConfiguration;
import dev.kvasir.pool.PoolConfiguration;
import dev.kvasir.reach.ReachConfiguration;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;

/**
 * A worker: no web, no pages, no JPA; it opens no port. It ends with its process: on SIGTERM it claims nothing more, lets what
 * runs go on for a while and hands the rest back.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@Profile(WorkerApplication.PROFILE)
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class,
    TransactionAutoConfiguration.class
})
@Import({
    PoolConfiguration.class,
    ReachConfiguration.class,
    RunParts.class,
    WorkerConfiguration.class,
    OperationWorkerConfiguration.class,
    TrainingWorkerConfiguration.class,
    StudyWorkerConfiguration.class
})
public class WorkerApplication {

    static final String PROFILE = "worker";

    private static final Map<String, Object> DEFAULTS = Map.of(
            "spring.datasource.url", "${KVASIR_DATABASE_URL}",
            "spring.datasource.hikari.maximum-pool-size", "8",
            "spring.datasource.hikari.connection-timeout", "2000",
            "spring.datasource.hikari.initialization-fail-timeout", "-1",
            "spring.datasource.hikari.keepalive-time", "30000",
            "spring.datasource.hikari.data-source-properties.connectTimeout", "5",
            "spring.datasource.hikari.data-source-properties.socketTimeout", "20",
            "spring.main.keep-alive", "true");

    /**
     * Starts a worker in this process and returns while it works.
     *
     * @param arguments Spring's, such as {@code --kvasir.dispatch.slots=4}
     */
    public static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(WorkerApplication.class)
                .web(WebApplicationType.NONE)
                .profiles(PROFILE)
                .bannerMode(Banner.Mode.OFF)
                .properties(DEFAULTS)
                .run(arguments);
    }
}
