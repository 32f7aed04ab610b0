/** The pages of runs. */
@NullMarked
package dev.kvasir.web.run;

import org.jspecify.annotations.NullMarked;
