/** Programs, tensors and devices of libtorch: the only room that knows DJL. */
@NullMarked
package dev.kvasir.torch;

import org.jspecify.annotations.NullMarked;
