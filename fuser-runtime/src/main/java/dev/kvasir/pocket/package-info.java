/** The pocket pair: two tiny models and a fuser that come with Kvasir. */
@NullMarked
package dev.kvasir.pocket;

import org.jspecify.annotations.NullMarked;
