package dev.kvasir.run;

import dev.kvasir.dispatch.Notices;

/** How others learn of what happens to a run: notices at once, faults in the words that are stored. */
record Signals(Notices notices, Faults faults) {}
