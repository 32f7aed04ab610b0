/** Stored graphs: drafts, published versions, and the digests that a version was locked to. */
@ApplicationModule(allowedDependencies = {"graph", "exchange", "access"})
@NullMarked
package dev.kvasir.library;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
