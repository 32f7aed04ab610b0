/** A checkpoint as it lies on disk: configuration, weights, tokenizer, chat template; read within bounds. */
@NullMarked
package dev.kvasir.model;

import org.jspecify.annotations.NullMarked;
