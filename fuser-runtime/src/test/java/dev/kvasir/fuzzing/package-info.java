/** Feeds the readers of foreign files with damaged ones: seeded mutations of valid ones, and what Jazzer makes of coverage. */
@NullMarked
package dev.kvasir.fuzzing;

import org.jspecify.annotations.NullMarked;
