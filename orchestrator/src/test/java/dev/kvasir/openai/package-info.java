@NullMarked
package dev.kvasir.openai;

import org.jspecify.annotations.NullMarked;
