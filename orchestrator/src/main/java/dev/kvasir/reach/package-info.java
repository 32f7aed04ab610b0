/** Whom Kvasir may reach, as its administrator set it: the one way out of server and workers, and the tools. */
@ApplicationModule(allowedDependencies = {"outbound", "tool", "mcpclient"})
@NullMarked
package dev.kvasir.reach;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
