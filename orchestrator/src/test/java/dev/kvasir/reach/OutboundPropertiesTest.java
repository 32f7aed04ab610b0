package dev.kvasir.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.outbound.OutboundSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class OutboundPropertiesTest {

    @Test
    void nothingIsReachedUnlessTheAdministratorNamesIt() {
        assertThat(bound(Map.of()).settings()).isEqualTo(OutboundSettings.NOTHING);
    }

    @Test
    void listsAndBoundsAreRead() {
        OutboundSettings settings = bound(Map.of(
                        "kvasir.outbound.hosts", "api.example.org,*.example.net",
                        "kvasir.outbound.plain-http-hosts", "localhost:8090",
                        "kvasir.outbound.internal", "10.0.0.0/8",
                        "kvasir.outbound.timeout", "3s",
                        "kvasir.outbound.max-answer", "2KB"))
                .settings();
        assertThat(settings)
                .isEqualTo(new OutboundSettings(
                        List.of("api.example.org", "*.example.net"),
                        List.of("localhost:8090"),
                        List.of("10.0.0.0/8"),
                        Duration.ofSeconds(3),
                        2048));
    }

    @Test
    void anAnswerOfAGigabyteIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("kvasir.outbound.max-answer", "1GB")))
                .rootCause()
                .hasMessage("kvasir.outbound.max-answer (1073741824B) must be below 1 GB.");
    }

    private static OutboundProperties bound(Map<String, Object> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("kvasir.outbound", OutboundProperties.class);
    }
}
