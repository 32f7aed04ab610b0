package dev.kvasir.run;

import com.zaxxer.hikari.HikariDataSource;
import dev.kvasir.dispatch.DispatchProperties;
import dev.kvasir.dispatch.NoticeListener;
import dev.kvasir.dispatch.Notices.Channel;
import dev.kvasir.dispatch.Pump;
import dev.kvasir.dispatch.Sweeper;
import dev.kvasir.dispatch.Timers;
import dev.kvasir.graph.Node;
import java.time.Clock;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Runs as the server has them: started, read, stopped and swept; nothing is executed here. */
@Configuration(proxyBeanMethods = false)
@Profile("!worker")
class RunConfiguration {

    /** The application's clock; leases and due times are the database's. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Runs runs(JdbcClient jdbc, RunRoom room, RunRules rules, RunProperties settings, NoticeListener listener) {
        return new StoredRuns(
                new RunStart(jdbc, RunParts.mapper(), room, rules, settings),
                new RunReads(jdbc, RunParts.mapper(), room.faults()),
                room,
                listener);
    }

    @Bean(initMethod = "start")
    NoticeListener noticeListener(HikariDataSource source) {
        return new NoticeListener(Connections.unpooled(source));
    }

    @Bean(initMethod = "start")
    Sweeper runSweeper(Recovery recovery, RunRoom room, DispatchProperties settings) {
        return new Sweeper(List.of(recovery, room.transfers()), settings.sweep());
    }

    /** Runs that wait for their time, or for others of their key, go on as soon as they may. */
    @Bean(initMethod = "start")
    Pump heldRuns(
            JdbcClient jdbc, RunRoom room, RunProperties runs, DispatchProperties settings, NoticeListener listener) {
        Pump pump = new Pump("held-runs", settings.sweep(), new Admission(jdbc, room, runs));
        listener.on(Channel.DUE, about -> pump.wake());
        return pump;
    }

    /** Only writes timers: the default pool's workers are woken by them, those of others by the next sweep. */
    @Bean
    Timers timers(HikariDataSource source, DispatchProperties settings, Clock clock) {
        return new Timers(source, Node.Site.DEFAULT_POOL, settings, clock, () -> {});
    }
}
