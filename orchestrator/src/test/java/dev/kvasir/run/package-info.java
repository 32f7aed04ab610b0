/** Tests of runs. */
@NullMarked
package dev.kvasir.run;

import org.jspecify.annotations.NullMarked;
