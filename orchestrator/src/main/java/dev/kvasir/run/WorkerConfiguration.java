package dev.kvasir.run;

import com.zaxxer.hikari.HikariDataSource;
import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentRuntimes;
import dev.kvasir.agent.EchoFaults;
import dev.kvasir.agent.LocalStudies;
import dev.kvasir.agent.ModelCatalog;
import dev.kvasir.device.Devices;
import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.DispatchProperties;
import dev.kvasir.dispatch.Timers;
import dev.kvasir.dispatch.WorkerId;
import dev.kvasir.hop.CacheTransport;
import dev.kvasir.hop.HopProperties;
import dev.kvasir.hop.InstallationSecret;
import dev.kvasir.pool.Shelf;
import dev.kvasir.pool.WorkerRegistration;
import dev.kvasir.tool.Toolbox;
import dev.kvasir.wire.NoiseKey;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What only a worker has: agents, and the loop that lets them work. */
@Configuration(proxyBeanMethods = false)
@Profile(WorkerApplication.PROFILE)
@EnableConfigurationProperties({
    WorkerProperties.class,
    AgentProperties.class,
    HopProperties.class,
    LocalProperties.class
})
class WorkerConfiguration {

    @Bean
    Claimant claimant(DispatchProperties settings) {
        String name = settings.name() == null || settings.name().isBlank() ? ThisMachine.workerName() : settings.name();
        return new Claimant(new WorkerId(HexIds.next()), name, settings.pool());
    }

    /** Shared by agents and trainings; closed with the agents. */
    @Bean(destroyMethod = "")
    Devices devices() {
        return Devices.ofThisMachine();
    }

    @Bean
    InstallationSecret installationSecret(JdbcClient jdbc, HopProperties hops) {
        return new InstallationSecret(jdbc, hops.keyFile());
    }

    @Bean
    AgentRuntime agents(
            ModelCatalog catalog,
            WorkerProperties settings,
            AgentProperties agents,
            Devices devices,
            InstallationSecret secret) {
        return AgentRuntimes.over(
                catalog,
                settings.faults() ? EchoFaults.OBEYED : EchoFaults.IGNORED,
                agents.prefixCache().toBytes(),
                devices,
                () -> new NoiseKey(secret.bytes()));
    }

    @Bean
    WorkerGround ground(
            RunRoom room,
            PlatformTransactionManager manager,
            InstallationSecret secret,
            HopProperties hops,
            LocalProperties local,
            Toolbox tools) {
        return new WorkerGround(
                new CacheTransport(room.transfers(), manager, secret, hops), new LocalDocuments(local), tools);
    }

    @Bean
    LocalStudies studies(ModelCatalog catalog, AgentProperties agents, Devices devices) {
        return AgentRuntimes.studies(catalog, agents.prefixCache().toBytes(), devices);
    }

    @Bean
    WorkerRegistration registration(
            JdbcClient jdbc, PlatformTransactionManager manager, Shelf shelf, Claimant claimant) {
        return new WorkerRegistration(jdbc, new TransactionTemplate(manager), shelf, claimant);
    }

    /** Wakes whoever listens, here or elsewhere. */
    @Bean
    Timers timers(HikariDataSource source, DispatchProperties settings, RunRoom room) {
        return new Timers(
                source,
                settings.pool(),
                settings,
                Clock.systemUTC(),
                () -> room.notices().ready(settings.pool()));
    }

    @Bean
    WorkerRole workerRole(
            HikariDataSource source, WorkerRole.Duties duties, DispatchProperties settings, RunProperties runs) {
        return new WorkerRole(source, duties, settings, runs);
    }

    @Bean
    WorkerRole.Duties duties(
            JdbcClient jdbc,
            RunRoom room,
            WorkerRole.Recovering recovering,
            AgentRuntime agents,
            WorkerRole.Identity identity,
            WorkerGround ground) {
        return new WorkerRole.Duties(jdbc, room, recovering, agents, identity, ground);
    }

    @Bean
    WorkerRole.Recovering recovering(Completion completion, Recovery recovery, Timers timers) {
        return new WorkerRole.Recovering(completion, recovery, timers);
    }

    @Bean
    WorkerRole.Identity identity(Claimant worker, WorkerRegistration registration) {
        return new WorkerRole.Identity(worker, registration);
    }
}
