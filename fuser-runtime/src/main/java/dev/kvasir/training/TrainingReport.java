package dev.kvasir.training;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a finished run leaves.
 *
 * @param fuser the folder of the fuser with the lowest held-out loss, or of the last one if nothing was held out
 * @param steps optimiser steps done, fewer than planned if the run stopped early
 * @param bestHeldOutLoss NaN if nothing was held out
 * @param heldOutLossAtStart that of the fresh fuser, which is the receiver alone if its gates start shut
 */
public record TrainingReport(
        Path fuser,
        int trainingSamples,
        int heldOutSamples,
        int steps,
        double heldOutLossAtStart,
        double bestHeldOutLoss,
        int gatesOpen,
        int gates,
        Duration duration) {}
