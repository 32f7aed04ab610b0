/** Starts runs by the clock: rules in any time zone, what to do when a run is still open, and what became of each due time. */
@ApplicationModule(allowedDependencies = {"run", "library", "dispatch", "access"})
@NullMarked
package dev.kvasir.schedule;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
