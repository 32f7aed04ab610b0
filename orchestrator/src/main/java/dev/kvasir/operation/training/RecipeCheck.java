package dev.kvasir.operation.training;

import dev.kvasir.operation.DataFolders;
import dev.kvasir.operation.KnownModels;
import dev.kvasir.pool.Pool;
import dev.kvasir.training.RecipeFault;
import dev.kvasir.training.RecipeInvalidException;
import dev.kvasir.training.TrainingRecipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a recipe that was sent must fulfil beyond being one: registered models, a free name, chats in a folder of data sets. */
final class RecipeCheck {

    private final Pool pool;
    private final KnownModels models;
    private final DataFolders folders;

    RecipeCheck(Pool pool, DataFolders folders) {
        this.pool = pool;
        this.models = new KnownModels(pool);
        this.folders = folders;
    }

    /**
     * Reads and checks.
     *
     * @return the recipe, its data file as it was named
     */
    TrainingRecipe checked(String json) {
        TrainingRecipe recipe = read(json);
        List<RecipeFault> faults = new ArrayList<>();
        model("sharer", recipe.sharer(), faults);
        model("receiver", recipe.receiver(), faults);
        data(recipe.data().file(), faults);
        if (!faults.isEmpty()) {
            throw new RecipeRefusedException(faults);
        }
        if (pool.fuser(recipe.fuser()).filter(fuser -> fuser.available()).isPresent()) {
            throw FuserNameTakenException.registered(recipe.fuser());
        }
        return recipe;
    }

    private static TrainingRecipe read(String json) {
        try {
            return TrainingRecipe.ofJson(json, Path.of(""));
        } catch (RecipeInvalidException invalid) {
            throw new RecipeRefusedException(invalid.faults());
        }
    }

    private void model(String key, String name, List<RecipeFault> faults) {
        models.refusal(key, name).ifPresent(rule -> faults.add(new RecipeFault("/" + key, rule, null)));
    }

    private void data(Path file, List<RecipeFault> faults) {
        if (folders.isOutside(file)) {
            faults.add(new RecipeFault(
                    "/data/file",
                    "'data.file' must lie in the folder 'datasets' under KVASIR_HOME, or in another that the server is configured"
                            + " with; '%s' does not".formatted(file),
                    null));
        } else if (folders.find(file).isEmpty()) {
            faults.add(new RecipeFault(
                    "/data/file",
                    "'data.file' names '%s', and there is no such file in the folder 'datasets' under KVASIR_HOME"
                            .formatted(file),
                    null));
        }
    }
}
