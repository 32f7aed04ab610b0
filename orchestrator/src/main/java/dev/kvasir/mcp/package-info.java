/** Published graphs as tools of the Model Context Protocol. */
@ApplicationModule(allowedDependencies = {"graph", "library", "run", "access"})
@NullMarked
package dev.kvasir.mcp;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
