package dev.kvasir.operation.study;

import dev.kvasir.operation.DataFolders;
import dev.kvasir.pool.Pool;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Studies as the server has them. */
@Configuration(proxyBeanMethods = false)
@Profile("!worker")
class StudyConfiguration {

    @Bean
    StudyCheck studyCheck(Pool pool, DataFolders folders) {
        return new StudyCheck(pool, new StudyQuizzes(folders));
    }
}
