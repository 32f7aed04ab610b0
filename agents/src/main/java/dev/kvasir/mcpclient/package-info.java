/** Tools of MCP servers (Model Context Protocol), over streamable HTTP and the one way out; the only room that knows its SDK. */
@ApplicationModule(allowedDependencies = {"tool", "outbound"})
@NullMarked
package dev.kvasir.mcpclient;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
