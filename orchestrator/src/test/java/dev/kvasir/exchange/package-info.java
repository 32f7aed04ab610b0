/** Tests of the exchange. */
@NullMarked
package dev.kvasir.exchange;

import org.jspecify.annotations.NullMarked;
