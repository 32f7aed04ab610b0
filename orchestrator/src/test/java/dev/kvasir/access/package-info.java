/** Tests of access, over real HTTP and a real database. */
@NullMarked
package dev.kvasir.access;

import org.jspecify.annotations.NullMarked;
