/** What an agent may call: built-in tools, functions of the application, tools of MCP servers; checked, bounded and timed. */
@ApplicationModule(allowedDependencies = "outbound")
@NullMarked
package dev.kvasir.tool;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
