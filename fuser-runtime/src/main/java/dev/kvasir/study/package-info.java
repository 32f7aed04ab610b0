/** Looks into a pair of models: how tokens are aligned, what caches hold, what fusing and enriching them changes. Computes; prints nothing. */
@NullMarked
package dev.kvasir.study;

import org.jspecify.annotations.NullMarked;
