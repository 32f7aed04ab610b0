/** Every request that Kvasir makes to others: to allowed hosts only, within bounds, and never inwards by accident. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kvasir.outbound;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
