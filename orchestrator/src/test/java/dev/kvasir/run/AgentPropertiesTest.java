package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class AgentPropertiesTest {

    @Test
    void aModelKeepsAQuarterOfAGigabyteOfPromptsUnlessToldOtherwise() {
        assertThat(bound(Map.of()).prefixCache()).isEqualTo(DataSize.ofMegabytes(256));
        assertThat(bound(Map.of("KVASIR_PREFIXCACHE", "1GB")).prefixCache()).isEqualTo(DataSize.ofGigabytes(1));
        assertThat(bound(Map.of("KVASIR_PREFIXCACHE", "0")).prefixCache().toBytes())
                .isZero();
    }

    @Test
    void aNegativeSizeIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("KVASIR_PREFIXCACHE", "-1MB")))
                .rootCause()
                .hasMessage("kvasir.prefix-cache (-1048576B) must not be negative; 0 switches the cache off.");
    }

    private static AgentProperties bound(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables));
        return new Binder(ConfigurationPropertySources.get(environment)).bindOrCreate("kvasir", AgentProperties.class);
    }
}
