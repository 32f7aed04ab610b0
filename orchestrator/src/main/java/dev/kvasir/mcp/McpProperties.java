package dev.kvasir.mcp;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of the tools.
 *
 * @param openCalls calls that one user may wait for at a time
 */
@Validated
@ConfigurationProperties("kvasir.mcp")
record McpProperties(@DefaultValue("64") @Min(1) int openCalls) {}
