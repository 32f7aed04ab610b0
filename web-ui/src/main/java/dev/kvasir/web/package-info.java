/** The pages. */
@ApplicationModule(
        allowedDependencies = {
            "graph",
            "exchange",
            "library",
            "run",
            "pool",
            "access",
            "operation",
            "operation::training"
        })
@NullMarked
package dev.kvasir.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
