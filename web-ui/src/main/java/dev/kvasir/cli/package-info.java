/** The commands. */
@ApplicationModule(
        allowedDependencies = {
            "graph",
            "exchange",
            "library",
            "pocket",
            "torch",
            "run",
            "pool",
            "access",
            "dispatch",
            "agent",
            "device",
            "model",
            "grammar",
            "hub",
            "inquiry",
            "decoder",
            "cache",
            "bench",
            "fuser",
            "quiz",
            "study",
            "training",
            "wire"
        })
@NullMarked
package dev.kvasir.cli;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
