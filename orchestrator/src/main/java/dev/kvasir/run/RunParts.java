package dev.kvasir.run;

import dev.kvasir.dispatch.DispatchProperties;
import dev.kvasir.dispatch.Leases;
import dev.kvasir.dispatch.Timers;
import dev.kvasir.graph.Registry;
import java.time.Clock;
import java.util.SplittableRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** What the server and workers share of runs. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RunProperties.class, DispatchProperties.class})
class RunParts {

    @Bean
    RunRules runRules(JdbcClient jdbc, Registry registry) {
        return new RunRules(jdbc, mapper(), registry);
    }

    @Bean
    RunRoom runRoom(JdbcClient jdbc, PlatformTransactionManager manager, RunRules rules, RunProperties settings) {
        return RunRoom.over(new RunRoom.Ground(jdbc, manager, mapper(), settings), rules);
    }

    @Bean
    Leases leases(JdbcClient jdbc, DispatchProperties settings) {
        return new Leases(jdbc, settings.lease());
    }

    @Bean
    Completion completion(
            RunRoom room,
            Leases leases,
            RunProperties settings,
            ObjectProvider<Clock> clock,
            ObjectProvider<Timers> timers) {
        Retries retries = new Retries(
                room,
                settings,
                new SplittableRandom(),
                clock.getIfAvailable(Clock::systemUTC),
                (pause, island) -> timers.ifAvailable(timer -> timer.after(pause, island)));
        return new Completion(room, leases, retries);
    }

    @Bean
    Recovery recovery(
            JdbcClient jdbc, RunRoom room, Completion completion, DispatchProperties dispatch, RunProperties settings) {
        return new Recovery(jdbc, room, completion, dispatch, settings);
    }

    /** Stored documents are read and written as they are, whatever the API's mapper is set to. */
    static JsonMapper mapper() {
        return JsonMapper.builder().build();
    }
}
