package dev.kvasir.hop;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How caches get from one worker to another.
 *
 * @param keyFile holds the installation's secret, by which caches are sealed and blurred, in place of the one that lies in the
 *     database; the same on every worker, at least 32 random bytes, readable by its owner alone
 * @param largest most bytes of one sealed cache
 * @param keep how long a sealed cache waits for its receiver
 */
@ConfigurationProperties("kvasir.hop")
public record HopProperties(
        @Nullable Path keyFile,
        @DefaultValue("256MB") DataSize largest,
        @DefaultValue("24h") Duration keep) {

    public HopProperties {
        if (largest.toBytes() < 1 || keep.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "kvasir.hop.largest (%s) and kvasir.hop.keep (%s) must be above 0.".formatted(largest, keep));
        }
    }
}
