package dev.kvasir.openai;

import dev.kvasir.access.Audit;
import dev.kvasir.access.EventReaders;
import dev.kvasir.run.RunWaiter;
import dev.kvasir.run.Runs;
import java.security.SecureRandom;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Wires what answers. */
@Configuration(proxyBeanMethods = false)
@Profile("!worker")
@EnableConfigurationProperties(OpenAiProperties.class)
class OpenAiConfiguration {

    @Bean
    Answering answering(ServedModels models, Runs runs, RunWaiter waiter, Audit audit) {
        return new Answering(models, runs, waiter, audit, new SecureRandom());
    }

    /** Both ways of asking count together. */
    @Bean
    EventReaders openAiRequests(OpenAiProperties settings) {
        return new EventReaders("run", settings.openRequests());
    }
}
