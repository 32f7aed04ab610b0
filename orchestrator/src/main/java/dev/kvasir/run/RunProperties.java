package dev.kvasir.run;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of runs.
 *
 * @param queueLimit most runs that wait to be started; more are refused
 * @param queueWait a run that has not started after so long is timed out
 * @param stepTimeout of one attempt, unless its node says otherwise
 * @param longestPause between two attempts
 * @param deltaInterval streamed text is committed at most this often
 * @param cancelForce a run that was told to stop and has not is ended by force after so long
 * @param deltaAge streamed text is folded away this long after its run ended
 */
@Validated
@ConfigurationProperties("kvasir.run")
record RunProperties(
        @DefaultValue("1000") @Min(1) int queueLimit,
        @DefaultValue("1h") Duration queueWait,
        @DefaultValue("10m") Duration stepTimeout,
        @DefaultValue("5m") Duration longestPause,
        @DefaultValue("50ms") Duration deltaInterval,
        @DefaultValue("10s") Duration cancelForce,
        @DefaultValue("1h") Duration deltaAge) {}
