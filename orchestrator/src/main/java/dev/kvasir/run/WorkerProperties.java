package dev.kvasir.run;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a worker's built-in model does.
 *
 * @param faults whether echo obeys orders in its prompt; for tests only
 */
@ConfigurationProperties("kvasir.echo")
record WorkerProperties(@DefaultValue("false") boolean faults) {}
