/** Claims, epochs, heartbeats and sweeps: who may work on an island, and until when. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kvasir.dispatch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
