/** Studies as they are asked for by name, and told as data: for the command line and the API alike. */
@NullMarked
package dev.kvasir.inquiry;

import org.jspecify.annotations.NullMarked;
