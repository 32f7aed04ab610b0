package dev.kvasir.tool;

import java.util.List;
import java.util.Optional;

/** Where tools come from. Safe for several threads. */
public interface ToolSource {

    /** Full names of all there are now, such as {@code builtin:calculator}. */
    List<String> names();

    Optional<Tool> find(String name);
}
