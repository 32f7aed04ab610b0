@NullMarked
package dev.kvasir.hook;

import org.jspecify.annotations.NullMarked;
