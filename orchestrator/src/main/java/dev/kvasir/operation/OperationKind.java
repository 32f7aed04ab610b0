package dev.kvasir.operation;

/** What an operation does. */
public enum OperationKind {
    FUSER_TRAINING,
    STUDY
}
