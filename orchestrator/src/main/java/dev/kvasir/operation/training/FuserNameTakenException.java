package dev.kvasir.operation.training;

/** A fuser's name that another has, or will have. */
public final class FuserNameTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private FuserNameTakenException(String message) {
        super(message);
    }

    static FuserNameTakenException registered(String fuser) {
        return new FuserNameTakenException(
                "A fuser '%s' is already there. Choose another name for 'fuser'.".formatted(fuser));
    }

    static FuserNameTakenException inTraining(String fuser) {
        return new FuserNameTakenException(
                "A fuser '%s' is being trained already. Choose another name for 'fuser', or wait for its end."
                        .formatted(fuser));
    }
}
