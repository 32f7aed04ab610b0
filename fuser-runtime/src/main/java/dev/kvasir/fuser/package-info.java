/** Cache-to-Cache: alignment, layer fusers, their checkpoints, and fusing one cache into another. */
@NullMarked
package dev.kvasir.fuser;

import org.jspecify.annotations.NullMarked;
