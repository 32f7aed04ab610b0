/** Workers, devices, registered models and fusers. */
@ApplicationModule(allowedDependencies = {"dispatch", "device", "model", "fuser", "access", "graph", "agent", "tool"})
@NullMarked
package dev.kvasir.pool;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
