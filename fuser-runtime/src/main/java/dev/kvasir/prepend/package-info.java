/** Puts chosen layers of one model's KV cache before another's, and finds out which (KVComm, arXiv:2510.03346). */
@NullMarked
package dev.kvasir.prepend;

import org.jspecify.annotations.NullMarked;
