/** What an agent is to a graph: requests, replies, and the runtime that answers them. */
@ApplicationModule(
        allowedDependencies = {
            "torch", "tool", "model", "grammar", "decoder", "cache", "prepend", "fuser", "wire", "device", "study",
            "inquiry"
        })
@NullMarked
package dev.kvasir.agent;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
