package dev.kvasir.operation.study;

import dev.kvasir.agent.LocalStudies;
import dev.kvasir.operation.DataFolders;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Studies as a worker has them. */
@Configuration(proxyBeanMethods = false)
@Profile("worker")
public class StudyWorkerConfiguration {

    @Bean
    StudyRoom studyRoom(LocalStudies studies, DataFolders folders) {
        return new StudyRoom(studies, folders);
    }
}
