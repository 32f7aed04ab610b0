/** Tests of the room. */
@NullMarked
package dev.kvasir.operation;

import org.jspecify.annotations.NullMarked;
