/** Conditions in CEL over the values of a run: their types, their evaluation within bounds. The only importer of CEL. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kvasir.condition;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
