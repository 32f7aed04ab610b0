/** What takes long and is not a run: the training of fusers. States, events, execution by workers, and their REST. */
@ApplicationModule(allowedDependencies = {"dispatch", "pool", "access", "device", "model", "training"})
@NullMarked
package dev.kvasir.operation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
