package dev.kvasir.training;

import dev.kvasir.fuser.Ablation;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserDescription;
import dev.kvasir.fuser.FuserEnd;
import dev.kvasir.fuser.LayerFuserShape;
import dev.kvasir.fuser.LayerLink;
import dev.kvasir.fuser.TrainedTensors;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import dev.kvasir.training.FuserParameters.Name;
import dev.kvasir.training.FuserTrainer.Parts;
import dev.kvasir.training.FuserTrainer.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Trains a fuser by a recipe, from the chats to the folder that inference reads: what {@code kvasir fuser train} does.
 *
 * <p>While it runs, {@code training/<fuser>/} under the home holds {@code metrics.jsonl}, the saved state and the sharer's caches. A
 * run that was stopped continues from the saved state if the recipe is the same.
 *
 * <pre>{@code
 * TrainingReport report = new FuserTrainingRun(TrainingRecipe.read(file), home, InstantSource.system())
 *         .run(progress -> System.out.println(progress.line()));
 * }</pre>
 */
public final class FuserTrainingRun {

    private final TrainingRecipe recipe;
    private final Path home;
    private final InstantSource time;

    /** A run with {@code home} as the folder of {@code models/} and {@code fusers/}. */
    public FuserTrainingRun(TrainingRecipe recipe, Path home, InstantSource time) {
        this.recipe = recipe;
        this.home = home;
        this.time = time;
    }

    /**
     * Trains to the end.
     *
     * @param listener told after every optimiser step, on this thread
     * @return where the fuser lies and how it came out
     * @throws TrainingDataInvalidException if the chats cannot be used
     */
    public TrainingReport run(Consumer<TrainingProgress> listener) {
        Instant began = time.instant();
        Path folder = folder();
        try (Checkpoint receiver = open(recipe.receiver());
                Checkpoint sharer = open(recipe.sharer());
                TorchProgram program = TorchProgram.compile(TrainingProgram.SOURCE);
                TensorScope scope = TensorScope.root()) {
            ChatSamples chats =
                    new ChatSamples(side(receiver), side(sharer), recipe.shape().alignment());
            Split split = split(chats);
            SharerCaches.Plan plan = new SharerCaches.Plan(
                    load(scope, program, sharer), layerOf(receiver.config(), sharer.config()), chats.pads());
            try (SharerCaches training =
                            SharerCaches.compute(plan, split.training(), folder.resolve("training.caches"));
                    SharerCaches heldOut =
                            SharerCaches.compute(plan, split.heldOut(), folder.resolve("held-out.caches"))) {
                Workspace workspace = workspace(scope, program, receiver.config(), sharer.config());
                Parts parts = new Parts(
                        new TrainingPass(
                                program, load(scope, program, receiver), workspace.shape(), workspace.parameters()),
                        workspace.optimiser(),
                        workspace.parameters(),
                        workspace.best(),
                        new Samples(split.training(), training),
                        new Samples(split.heldOut(), heldOut),
                        chats.pads());
                TrainingState end = train(parts, workspace, folder, listener);
                FuserParameters result = end.bestLoss() < Double.POSITIVE_INFINITY ? parts.best() : parts.parameters();
                Path fuser = write(result, workspace.shape(), new Pair(receiver, sharer, plan.layerOf()));
                return new TrainingReport(
                        fuser,
                        split.training().size(),
                        split.heldOut().size(),
                        end.step(),
                        end.firstLoss(),
                        end.bestLoss(),
                        result.openGates(),
                        result.gates(),
                        Duration.between(began, time.instant()));
            }
        }
    }

    private Path folder() {
        Path folder = home.resolve("training").resolve(recipe.fuser());
        try {
            return Files.createDirectories(folder);
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot make the folder " + folder, fault);
        }
    }

    private Checkpoint open(String model) {
        Path named = home.resolve("models").resolve(model);
        Path gguf = named.resolveSibling(named.getFileName() + ".gguf");
        if (Files.exists(named)) {
            return Checkpoint.open(named);
        }
        return Checkpoint.open(Files.exists(gguf) ? gguf : Path.of(model));
    }

    private static ChatSamples.Side side(Checkpoint model) {
        return new ChatSamples.Side(
                model.tokenizer(),
                model.chatTemplate()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "%s has no chat template; a fuser is trained on chats. Use an instruct model."
                                        .formatted(model.path()))));
    }

    private Split split(ChatSamples chats) {
        List<TrainingSample> samples = new ArrayList<>();
        ChatFile.read(recipe.data().file()).stream()
                .map(chats::of)
                .filter(sample -> sample.length() <= recipe.data().longest())
                .forEach(samples::add);
        Collections.shuffle(samples, new Random(recipe.seed()));
        int heldOut = (int) Math.round(samples.size() * recipe.data().heldOut());
        if (samples.size() - heldOut < 1) {
            throw new TrainingDataInvalidException(
                    recipe.data().file(),
                    "no chat of at most %d tokens is left to train on"
                            .formatted(recipe.data().longest()));
        }
        return new Split(samples.subList(heldOut, samples.size()), samples.subList(0, heldOut));
    }

    private List<Integer> layerOf(ModelConfig receiver, ModelConfig sharer) {
        return recipe.shape().mapping().map(receiver.layers(), sharer.layers(), 1).stream()
                .map(List::getFirst)
                .toList();
    }

    private static FrozenDecoder load(TensorScope scope, TorchProgram program, Checkpoint model) {
        return FrozenWeights.load(scope, program, model.config(), model.weights(), ElementType.F32);
    }

    private Workspace workspace(TensorScope scope, TorchProgram program, ModelConfig receiver, ModelConfig sharer) {
        LayerFuserShape shape = new LayerFuserShape(
                sharer.kvHeads(),
                sharer.headDim(),
                receiver.kvHeads(),
                receiver.headDim(),
                recipe.shape().hidden(),
                recipe.shape().intermediate(),
                recipe.shape().layers(),
                Ablation.NONE);
        List<Name> names = FuserParameters.namesOf(shape, receiver.layers());
        FuserParameters parameters =
                FuserParameters.fresh(scope, names, recipe.shape().gateStart(), recipe.seed());
        FuserParameters best = parameters.zeros(scope);
        best.copyFrom(parameters);
        return new Workspace(shape, parameters, best, new AdamW(program, scope, parameters, recipe.optimiser()));
    }

    private TrainingState train(Parts parts, Workspace workspace, Path folder, Consumer<TrainingProgress> listener) {
        SavedTraining saved = new SavedTraining(
                folder.resolve("state.safetensors"),
                recipe.toString(),
                workspace.parameters(),
                workspace.best(),
                workspace.optimiser());
        TrainingMetrics metrics = new TrainingMetrics(folder.resolve("metrics.jsonl"));
        TrainingState start = saved.load().orElse(TrainingState.START);
        FuserTrainer trainer = new FuserTrainer(recipe, parts, start, time);
        TrainingState end = trainer.train(
                progress -> {
                    metrics.append(progress);
                    listener.accept(progress);
                },
                saved::save);
        saved.delete();
        return end;
    }

    private Path write(FuserParameters result, LayerFuserShape shape, Pair pair) {
        List<Map<String, float[]>> layerFusers = new ArrayList<>();
        Map<Integer, LayerLink> links = new TreeMap<>();
        for (int layer = 0; layer < pair.layerOf().size(); layer++) {
            Map<String, float[]> values = new LinkedHashMap<>();
            values.put(
                    "gate_temperature", new float[] {(float) recipe.optimiser().endTemperature()});
            layerFusers.add(values);
            links.put(layer, new LayerLink(pair.layerOf().get(layer), layer));
        }
        for (int i = 0; i < result.names().size(); i++) {
            Name name = result.names().get(i);
            layerFusers
                    .get(name.layer())
                    .put(name.key(), result.tensors().get(i).toFloats());
        }
        List<LayerFuserShape> shapes = Collections.nCopies(layerFusers.size(), shape);
        FuserDescription description = new FuserDescription(
                end(recipe.receiver(), pair.receiver()),
                end(recipe.sharer(), pair.sharer()),
                recipe.shape().alignment(),
                links,
                shapes);
        Path target = home.resolve("fusers").resolve(recipe.fuser());
        FuserCheckpoint.write(target, description, new TrainedTensors(shapes, layerFusers));
        return target;
    }

    private static FuserEnd end(String name, Checkpoint model) {
        ModelConfig config = model.config();
        return new FuserEnd(
                Path.of(name).getFileName().toString(), null, config.layers(), config.kvHeads(), config.headDim());
    }

    private record Split(List<TrainingSample> training, List<TrainingSample> heldOut) {}

    private record Pair(Checkpoint receiver, Checkpoint sharer, List<Integer> layerOf) {}

    private record Workspace(
            LayerFuserShape shape, FuserParameters parameters, FuserParameters best, AdamW optimiser) {}
}
