/** Tokenizers from tokenizer.json and from GGUF metadata, checked within bounds before native code sees them. */
@NullMarked
package dev.kvasir.model.tokenizer;

import org.jspecify.annotations.NullMarked;
