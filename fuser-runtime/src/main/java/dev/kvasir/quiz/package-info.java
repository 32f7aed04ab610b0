/** A multiple-choice quiz asked of a pair of models in several ways, and what the ways' answers say about each other. */
@NullMarked
package dev.kvasir.quiz;

import org.jspecify.annotations.NullMarked;
