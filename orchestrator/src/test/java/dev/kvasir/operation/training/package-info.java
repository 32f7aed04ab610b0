/** Tests of the room. */
@NullMarked
package dev.kvasir.operation.training;

import org.jspecify.annotations.NullMarked;
