/** The language of chat templates: parsed, then interpreted within limits of size, time, steps and depth. */
@NullMarked
package dev.kvasir.model.template;

import org.jspecify.annotations.NullMarked;
