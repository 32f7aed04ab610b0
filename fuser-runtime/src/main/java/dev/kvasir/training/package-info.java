/** Trains a fuser while both models stay frozen. */
@NullMarked
package dev.kvasir.training;

import org.jspecify.annotations.NullMarked;
