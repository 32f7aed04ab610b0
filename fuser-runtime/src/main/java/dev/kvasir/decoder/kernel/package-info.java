/** The kernels that multiply a decoder's matrices: which work on this machine, and which is the quickest for a shape. */
@NullMarked
package dev.kvasir.decoder.kernel;

import org.jspecify.annotations.NullMarked;
