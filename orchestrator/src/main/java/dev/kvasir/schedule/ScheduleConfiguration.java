package dev.kvasir.schedule;

import dev.kvasir.dispatch.NoticeListener;
import dev.kvasir.dispatch.Notices.Channel;
import dev.kvasir.dispatch.Pump;
import dev.kvasir.run.Runs;
import java.util.SplittableRandom;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Schedules as the server has them. */
@Configuration(proxyBeanMethods = false)
@Profile("!worker")
@EnableConfigurationProperties(ScheduleProperties.class)
class ScheduleConfiguration {

    @Bean
    ScheduleRows scheduleRows(JdbcClient jdbc, JsonMapper json) {
        return new ScheduleRows(jdbc, json);
    }

    @Bean
    Ticker ticker(ScheduleRows rows, Runs runs, PlatformTransactionManager transactions, ScheduleProperties settings) {
        return new Ticker(rows, runs, new TransactionTemplate(transactions), settings, new SplittableRandom());
    }

    @Bean(initMethod = "start")
    Pump scheduleTimer(Ticker ticker, ScheduleProperties settings, NoticeListener listener) {
        Pump pump = new Pump("schedules", settings.look(), ticker);
        listener.on(Channel.DUE, about -> pump.wake());
        return pump;
    }
}
