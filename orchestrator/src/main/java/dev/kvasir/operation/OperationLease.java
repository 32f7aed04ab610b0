package dev.kvasir.operation;

/**
 * A worker's timed right to one operation.
 *
 * @param epoch raised by every claim; what is written under an older one is refused
 * @param request as it was sent
 * @param losses how many workers fell silent while they had it
 * @param isStopping whether it was told to stop before this claim
 * @param lastStep the last step whose numbers are stored; 0 if there is none
 */
record OperationLease(OperationId id, long epoch, String request, int losses, boolean isStopping, int lastStep) {}
