package dev.kvasir.hook;

import dev.kvasir.access.Vault;
import dev.kvasir.dispatch.NoticeListener;
import dev.kvasir.dispatch.Notices.Channel;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.run.RunJson;
import dev.kvasir.run.Runs;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks and triggers as the server has them; workers only write what webhooks are to be told. */
@Configuration(proxyBeanMethods = false)
@Profile("!worker")
@EnableConfigurationProperties(HookProperties.class)
class HookConfiguration {

    @Bean
    HookRoom hookRoom(JdbcClient jdbc, Vault vault, Runs runs, RunJson views, JsonMapper json) {
        return new HookRoom(
                new WebhookRows(jdbc),
                new DeliveryRows(jdbc),
                new TriggerRows(jdbc, json),
                new HookSecrets(jdbc, vault),
                new Messages(runs, views, json));
    }

    @Bean(initMethod = "start")
    Courier courier(HookRoom room, OutboundClient outbound, HookProperties settings, NoticeListener listener) {
        Courier courier = new Courier(room, outbound, settings);
        listener.on(Channel.DUE, about -> courier.wake());
        return courier;
    }
}
