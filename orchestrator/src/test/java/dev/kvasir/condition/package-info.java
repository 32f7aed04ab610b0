@NullMarked
package dev.kvasir.condition;

import org.jspecify.annotations.NullMarked;
