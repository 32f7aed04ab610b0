/** What a reply may be: a JSON Schema as an automaton over text, and the tokens of a vocabulary that it lets through. */
@NullMarked
package dev.kvasir.grammar;

import org.jspecify.annotations.NullMarked;
