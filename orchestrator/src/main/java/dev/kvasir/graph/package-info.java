/** The graph document and the rules it obeys. Pure Java. */
@ApplicationModule(allowedDependencies = {"condition", "grammar"})
@NullMarked
package dev.kvasir.graph;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
