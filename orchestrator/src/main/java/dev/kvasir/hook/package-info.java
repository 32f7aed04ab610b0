/** Webhooks in both directions: tells others what became of runs, and lets others start runs, each message signed. */
@ApplicationModule(allowedDependencies = {"run", "library", "graph", "dispatch", "access", "outbound", "reach"})
@NullMarked
package dev.kvasir.hook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
