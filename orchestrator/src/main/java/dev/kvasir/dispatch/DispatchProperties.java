package dev.kvasir.dispatch;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How work is handed out and taken back.
 *
 * @param heartbeat how often a worker renews all its leases
 * @param lease how long a lease lives from its last renewal
 * @param self a worker that could not renew for so long stops its work itself, before the lease ends
 * @param sweep how often expired leases and due times are looked for
 * @param poll how often a worker looks for work when nobody wakes it
 * @param progress a step that has not moved for so long is hung
 * @param recycle how long work that was told to stop may take before its process is given up
 * @param drain how long a stopping worker lets its work go on
 * @param pool whose islands a worker takes
 * @param slots how many islands a worker runs at a time
 * @param name a worker's name; host and process id when absent
 */
@Validated
@ConfigurationProperties("kvasir.dispatch")
public record DispatchProperties(
        @DefaultValue("2s") Duration heartbeat,
        @DefaultValue("10s") Duration lease,
        @DefaultValue("8s") Duration self,
        @DefaultValue("1s") Duration sweep,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("60s") Duration progress,
        @DefaultValue("10s") Duration recycle,
        @DefaultValue("25s") Duration drain,
        @DefaultValue("default") @NotBlank String pool,
        @DefaultValue("2") @Min(1) @Max(1000) int slots,
        @Nullable String name) {

    public DispatchProperties {
        if (heartbeat.compareTo(self) >= 0 || self.compareTo(lease) >= 0) {
            throw new IllegalArgumentException(
                    "kvasir.dispatch: heartbeat (" + heartbeat + ") must be shorter than self (" + self
                            + "), and self shorter than lease (" + lease + "). Set them in this order.");
        }
    }
}
