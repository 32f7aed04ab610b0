package dev.kvasir.run;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a worker's local models keep.
 *
 * @param prefixCache most memory that each loaded model takes for what it has read of prompts, so that what several begin
 *     with is read once; booked with the model; 0 switches it off
 */
@ConfigurationProperties("kvasir")
record AgentProperties(@DefaultValue("256MB") DataSize prefixCache) {

    AgentProperties {
        if (prefixCache.isNegative()) {
            throw new IllegalArgumentException(
                    "kvasir.prefix-cache (" + prefixCache + ") must not be negative; 0 switches the cache off.");
        }
    }
}
