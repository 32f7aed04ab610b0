@NullMarked
package dev.kvasir.schedule;

import org.jspecify.annotations.NullMarked;
