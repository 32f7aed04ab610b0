package dev.kvasir.torch;

/** Whether a run records what is needed to differentiate it. */
enum GradientMode {
    UNTRACKED,
    TRACKED
}
