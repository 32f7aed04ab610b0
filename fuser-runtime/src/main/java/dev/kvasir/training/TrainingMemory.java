package dev.kvasir.training;

import dev.kvasir.fuser.LayerFuserShape;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.training.TrainingRecipe.Pace;
import java.util.Comparator;
import java.util.List;

/**
 * What a run takes outside the Java heap at most, told from the models' headers and from how long the chats are: the receiver's
 * weights all the time, beside them first the sharer's while both read, then the fuser and what one forward and backward pass keeps.
 */
final class TrainingMemory {

    /** The parameters, the best of them, both moments, the sums of gradients, and one pass's gradients. */
    private static final int COPIES = 6;

    /** Of what a forward pass keeps, the backward pass holds about half again at once. */
    private static final double BACKWARD = 1.5;

    private final TrainingRecipe recipe;
    private final ModelConfig receiver;
    private final LayerFuserShape shape;

    private TrainingMemory(TrainingRecipe recipe, ModelConfig receiver, LayerFuserShape shape) {
        this.recipe = recipe;
        this.receiver = receiver;
        this.shape = shape;
    }

    static long bytes(
            TrainingRecipe recipe,
            Checkpoint receiver,
            Checkpoint sharer,
            LayerFuserShape shape,
            List<TrainingSample> samples) {
        TrainingMemory memory = new TrainingMemory(recipe, receiver.config(), shape);
        long training = COPIES * memory.parameters() + memory.pass(samples);
        return Float.BYTES * (elements(receiver) + Math.max(elements(sharer), training));
    }

    private static long elements(Checkpoint model) {
        return model.weights().names().stream()
                .mapToLong(name -> model.weights().shape(name).elements())
                .sum();
    }

    private long parameters() {
        return FuserParameters.namesOf(shape, receiver.layers()).stream()
                .mapToLong(FuserParameters.Name::count)
                .sum();
    }

    /** Numbers that one batch of the longest chats keeps. */
    private long pass(List<TrainingSample> samples) {
        Pace pace = recipe.pace();
        List<TrainingSample> longest = samples.stream()
                .sorted(Comparator.comparingInt(TrainingSample::length).reversed())
                .limit(pace.batch())
                .toList();
        int length = longest.stream().mapToInt(TrainingSample::length).max().orElse(0);
        long learnt = longest.stream()
                .flatMap(sample -> sample.labels().stream())
                .filter(label -> label != TrainingSample.IGNORED)
                .count();
        int fused = longest.stream().mapToInt(TrainingSample::fusedTokens).max().orElse(0);
        long rows = longest.size();
        long decoder = rows * length * receiver.layers() * token(length);
        long fuser = 2L * rows * fused * receiver.layers() * fusedToken();
        long logits = 4 * learnt * receiver.vocabularySize();
        return (long) (BACKWARD * (decoder + fuser + logits));
    }

    /** One token in one layer: stream and norms, queries, keys and values, scores, gate and up. */
    private long token(int length) {
        long heads = receiver.heads() + 2L * receiver.kvHeads();
        return 6L * receiver.hiddenSize()
                + 3 * heads * receiver.headDim()
                + 3L * receiver.heads() * length
                + 4L * receiver.intermediateSize();
    }

    /** One token's keys or values in a layer fuser. */
    private long fusedToken() {
        long blocks = shape.layers();
        return shape.inputSize() + blocks * (3L * shape.hidden() + 2L * shape.intermediate()) + 4L * shape.outputSize();
    }
}
