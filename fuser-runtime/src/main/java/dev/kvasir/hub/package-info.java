/** Fetches a model from a Hugging Face compatible hub into the model store: resumable, within bounds, checked. */
@NullMarked
package dev.kvasir.hub;

import org.jspecify.annotations.NullMarked;
