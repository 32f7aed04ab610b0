package dev.kvasir.pool;

import dev.kvasir.dispatch.Sweeper;
import dev.kvasir.graph.Registry;
import dev.kvasir.tool.Toolbox;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Wires the pool, in the server and in workers alike. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PoolProperties.class)
public class PoolConfiguration {

    @Bean
    DiskShelf shelf(PoolProperties settings) {
        return new DiskShelf(settings.folder());
    }

    @Bean
    Pool pool(JdbcClient jdbc) {
        return new StoredPool(jdbc);
    }

    @Bean
    Registry registry(Pool pool, JdbcClient jdbc, Toolbox tools) {
        return new PoolRegistry(pool, jdbc, tools);
    }

    @Bean
    PoolSync poolSync(JdbcClient jdbc, Shelf shelf) {
        return new PoolSync(jdbc, shelf);
    }

    /** Looks at the folders at once, so that the first graph finds the models, and then every few seconds. */
    @Bean(initMethod = "start")
    Sweeper poolSweeper(PoolSync sync, PoolProperties settings) {
        Sweeper sweeper = new Sweeper(List.of(sync), settings.look());
        sweeper.soon();
        return sweeper;
    }
}
