/** Reads the state dictionaries that {@code torch.save} wrote, as data: nothing a file names is ever called. */
@NullMarked
package dev.kvasir.fuser.pickle;

import org.jspecify.annotations.NullMarked;
