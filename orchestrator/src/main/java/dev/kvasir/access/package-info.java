/** Who may do what: users, sessions, API keys, one-time links; problem documents and request limits. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kvasir.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
