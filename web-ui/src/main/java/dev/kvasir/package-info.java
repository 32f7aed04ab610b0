/** The application class, and nothing else. */
@NullMarked
package dev.kvasir;

import org.jspecify.annotations.NullMarked;
