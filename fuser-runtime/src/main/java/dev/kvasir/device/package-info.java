/** Device slots: what is loaded where, and how many bytes that takes. */
@NullMarked
package dev.kvasir.device;

import org.jspecify.annotations.NullMarked;
