/** One more token of some sequences, computed in Java: everything a token needs besides its matrices. */
@NullMarked
package dev.kvasir.decoder.step;

import org.jspecify.annotations.NullMarked;
