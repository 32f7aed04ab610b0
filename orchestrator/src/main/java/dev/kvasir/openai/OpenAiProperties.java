package dev.kvasir.openai;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of the API that clients of OpenAI's know.
 *
 * @param openRequests answers that one user may wait for at a time
 */
@Validated
@ConfigurationProperties("kvasir.openai")
record OpenAiProperties(@DefaultValue("64") @Min(1) int openRequests) {}
