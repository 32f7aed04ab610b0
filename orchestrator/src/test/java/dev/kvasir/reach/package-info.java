@NullMarked
package dev.kvasir.reach;

import org.jspecify.annotations.NullMarked;
