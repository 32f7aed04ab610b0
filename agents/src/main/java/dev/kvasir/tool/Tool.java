package dev.kvasir.tool;

import tools.jackson.databind.node.ObjectNode;

/** Something that can be called. Safe for several threads. */
public interface Tool {

    ToolSpecification specification();

    /**
     * Does it. Blocks; an interrupt ends it soon.
     *
     * @param arguments fit the specification's schema
     * @return failures included, as far as the caller can do something about them
     */
    ToolResult call(ObjectNode arguments);
}
