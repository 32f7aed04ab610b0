/** Fusers, and how they are trained. */
@NullMarked
package dev.kvasir.web.fuser;

import org.jspecify.annotations.NullMarked;
