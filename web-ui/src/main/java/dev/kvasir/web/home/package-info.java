/** The first page, and how to sign in. */
@NullMarked
package dev.kvasir.web.home;

import org.jspecify.annotations.NullMarked;
