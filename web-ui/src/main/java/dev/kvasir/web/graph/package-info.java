/** The pages of graphs. */
@NullMarked
package dev.kvasir.web.graph;

import org.jspecify.annotations.NullMarked;
