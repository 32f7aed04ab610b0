package dev.kvasir.operation.training;

import dev.kvasir.operation.OperationId;
import dev.kvasir.operation.OperationKind;
import dev.kvasir.operation.OperationOrder;
import dev.kvasir.operation.OperationRecord;
import dev.kvasir.operation.Operations;
import dev.kvasir.training.TrainingRecipe;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;

/** Trainings, which are operations. */
final class StoredTrainings implements Trainings {

    /** A page draws no more. */
    private static final int MOST_POINTS = 2000;

    private final Operations operations;
    private final RecipeCheck recipes;

    StoredTrainings(Operations operations, RecipeCheck recipes) {
        this.operations = operations;
        this.recipes = recipes;
    }

    @Override
    public OperationId train(UUID owner, String recipe) {
        TrainingRecipe checked = recipes.checked(recipe);
        try {
            return operations
                    .queue(
                            owner,
                            new OperationOrder(
                                    OperationKind.FUSER_TRAINING,
                                    checked.fuser(),
                                    checked.sharer(),
                                    checked.receiver(),
                                    recipe))
                    .id();
        } catch (DuplicateKeyException open) {
            throw FuserNameTakenException.inTraining(checked.fuser());
        }
    }

    @Override
    public Optional<Training> find(UUID owner, OperationId training) {
        return operations
                .find(owner, training)
                .filter(StoredTrainings::isTraining)
                .map(Training::of);
    }

    private static boolean isTraining(OperationRecord operation) {
        return operation.kind() == OperationKind.FUSER_TRAINING;
    }

    @Override
    public List<Training> list(UUID owner, int limit) {
        return operations.list(owner, OperationKind.FUSER_TRAINING, limit).stream()
                .map(Training::of)
                .toList();
    }

    @Override
    public List<TrainingPoint> points(UUID owner, OperationId training) {
        return operations
                .course(owner, training, TrainingProgressJson.TRAINING, TrainingProgressJson.HELD_OUT_LOSS, MOST_POINTS)
                .stream()
                .map(TrainingProgressJson::point)
                .toList();
    }
}
