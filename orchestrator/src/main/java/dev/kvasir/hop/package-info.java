/** How sealed caches get from one worker to another, and what they are sealed and blurred by. */
@ApplicationModule(allowedDependencies = {"wire", "dispatch"})
@NullMarked
package dev.kvasir.hop;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
