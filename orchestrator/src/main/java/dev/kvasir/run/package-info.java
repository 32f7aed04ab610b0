/** Runs, steps and attempts: their states, their execution, their events and their REST. */
@ApplicationModule(
        allowedDependencies = {
            "graph",
            "library",
            "dispatch",
            "agent",
            "pool",
            "access",
            "device",
            "operation",
            "operation::training",
            "operation::study",
            "hop",
            "wire",
            "reach"
        })
@NullMarked
package dev.kvasir.run;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
