/** Reads GGUF files, versions 2 and 3: metadata, tensors, quantised blocks, and their names and order in Hugging Face terms. */
@NullMarked
package dev.kvasir.model.gguf;

import org.jspecify.annotations.NullMarked;
