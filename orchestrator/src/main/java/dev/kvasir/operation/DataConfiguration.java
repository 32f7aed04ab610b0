package dev.kvasir.operation;

import dev.kvasir.pool.Shelf;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What servers and workers may open of data sets. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DataProperties.class)
class DataConfiguration {

    @Bean
    DataFolders dataFolders(Shelf shelf, DataProperties settings) {
        return new DataFolders(shelf.home(), settings.folders());
    }
}
