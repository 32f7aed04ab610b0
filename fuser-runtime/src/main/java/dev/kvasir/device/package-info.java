/** Device slots: what is loaded where, how many bytes that takes, and who goes first. */
@NullMarked
package dev.kvasir.device;

import org.jspecify.annotations.NullMarked;
