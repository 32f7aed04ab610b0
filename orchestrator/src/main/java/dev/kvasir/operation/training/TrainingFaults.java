package dev.kvasir.operation.training;

import dev.kvasir.device.DeviceExhaustedException;
import dev.kvasir.device.ModelTooLargeException;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.operation.DataFolders;
import dev.kvasir.operation.OperationRecord;
import dev.kvasir.training.TrainingDataInvalidException;
import dev.kvasir.training.TrainingFileMissingException;
import dev.kvasir.training.TrainingSpaceException;

/** What a failed training says for itself. */
final class TrainingFaults {

    private TrainingFaults() {}

    static OperationRecord.Fault of(Throwable fault, DataFolders folders) {
        return new OperationRecord.Fault(code(fault), detail(fault, folders));
    }

    private static boolean isOurs(Throwable fault) {
        return code(fault).equals("INTERNAL");
    }

    private static String code(Throwable fault) {
        return switch (fault) {
            case TrainingDataInvalidException data -> "DATASET_INVALID";
            case TrainingFileMissingException data -> "DATASET_INVALID";
            case TrainingSpaceException full -> "STORAGE_FULL";
            case ModelTooLargeException large -> "MODEL_TOO_LARGE";
            case DeviceExhaustedException full -> "OUT_OF_MEMORY";
            case OutOfMemoryError full -> "OUT_OF_MEMORY";
            case ModelInvalidException model -> "MODEL_INVALID";
            case IllegalArgumentException recipe -> "RECIPE_INVALID";
            default -> "INTERNAL";
        };
    }

    private static String detail(Throwable fault, DataFolders folders) {
        return switch (fault) {
            case OutOfMemoryError full ->
                "The worker's Java heap is too small for these models. Start one with more: KVASIR_JAVA_OPTIONS=-Xmx6g kvasir"
                        + " worker";
            case Throwable ours when isOurs(ours) -> "A fault of ours; the worker's log has the cause.";
            default -> folders.withoutPlaces(String.valueOf(fault.getMessage()));
        };
    }
}
