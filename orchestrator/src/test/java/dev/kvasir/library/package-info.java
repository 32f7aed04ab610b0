/** Tests of the library. */
@NullMarked
package dev.kvasir.library;

import org.jspecify.annotations.NullMarked;
