/** Studies of models and pairs over the API: what may be asked, and its execution by workers. */
@NamedInterface("study")
@NullMarked
package dev.kvasir.operation.study;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
