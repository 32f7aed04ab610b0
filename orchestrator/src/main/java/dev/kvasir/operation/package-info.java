/** What takes long and is not a run: states, events, leases, execution by workers, and their REST. Each kind has a room below. */
@ApplicationModule(
        allowedDependencies = {
            "dispatch",
            "pool",
            "access",
            "device",
            "model",
            "training",
            "agent",
            "inquiry",
            "study",
            "pocket"
        })
@NullMarked
package dev.kvasir.operation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
