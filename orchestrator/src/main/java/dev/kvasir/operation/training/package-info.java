/** Fusers trained over the API: their recipes, their course, and their execution by workers. */
@NamedInterface("training")
@NullMarked
package dev.kvasir.operation.training;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
