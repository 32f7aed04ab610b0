/** Graph documents as people carry them around: their JSON Schema, YAML, Mermaid, and what differs between two. Pure Java. */
@ApplicationModule(allowedDependencies = {"graph"})
@NullMarked
package dev.kvasir.exchange;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
