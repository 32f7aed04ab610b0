package dev.kvasir.outbound;

import java.time.Duration;

/**
 * What one exchange may take.
 *
 * @param timeout from looking the name up to the last byte; above 0
 * @param maxAnswerBytes of the body; 1 or more
 */
public record OutboundLimits(Duration timeout, int maxAnswerBytes) {

    public OutboundLimits {
        if (!timeout.isPositive() || maxAnswerBytes < 1) {
            throw new IllegalArgumentException(
                    "An exchange needs time and bytes, not " + timeout + " and " + maxAnswerBytes + ".");
        }
    }
}
