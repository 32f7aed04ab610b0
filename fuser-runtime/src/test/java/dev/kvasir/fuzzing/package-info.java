/** Feeds the readers of foreign files with damaged ones: seeded mutations of files that are valid. */
@NullMarked
package dev.kvasir.fuzzing;

import org.jspecify.annotations.NullMarked;
