/** What a KV cache goes through before it leaves where it was read, and how much of its text can be read back from it then. */
@NullMarked
package dev.kvasir.wire;

import org.jspecify.annotations.NullMarked;
