/** Measures a loaded model on this machine: how fast it reads and answers, beside what memory and arithmetic allow. */
@NullMarked
package dev.kvasir.bench;

import org.jspecify.annotations.NullMarked;
