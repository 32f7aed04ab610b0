/** Matrices held as their file has them, and multiplied so by few tokens, on the JDK's Vector API. */
@NullMarked
package dev.kvasir.decoder.direct;

import org.jspecify.annotations.NullMarked;
