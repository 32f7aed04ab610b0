package dev.kvasir.operation;

import tools.jackson.databind.node.ObjectNode;

/** Where a worker executes operations of one kind, one at a time. */
public interface OperationRoom {

    OperationKind kind();

    /**
     * Executes one to its end.
     *
     * @return what came out
     * @throws OperationStoppedException when the task says so
     */
    ObjectNode execute(OperationTask task);

    /** What an operation that failed says for itself; {@code INTERNAL} where the fault is ours. */
    OperationRecord.Fault fault(Throwable thrown);

    /** What to do about an operation under which workers die, as a sentence. */
    String afterCrashes();
}
