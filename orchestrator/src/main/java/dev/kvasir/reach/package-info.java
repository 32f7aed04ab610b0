/** Whom Kvasir may reach, as its administrator set it: the one way out of server and workers. */
@ApplicationModule(allowedDependencies = "outbound")
@NullMarked
package dev.kvasir.reach;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
