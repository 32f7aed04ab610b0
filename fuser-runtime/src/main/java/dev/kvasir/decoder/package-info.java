/** A loaded model: prefill, KV cache, decode, sampling. */
@NullMarked
package dev.kvasir.decoder;

import org.jspecify.annotations.NullMarked;
