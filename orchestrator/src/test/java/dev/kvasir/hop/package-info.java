@NullMarked
package dev.kvasir.hop;

import org.jspecify.annotations.NullMarked;
