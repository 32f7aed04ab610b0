package dev.kvasir.training;

import dev.kvasir.fuser.Ablation;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserDescription;
import dev.kvasir.fuser.FuserEnd;
import dev.kvasir.fuser.LayerFuserShape;
import dev.kvasir.fuser.LayerLink;
import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.fuser.TrainedTensors;
import dev.kvasir.model.ChatInput;
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
import java.util.stream.IntStream;

/**
 * Trains a fuser by a recipe, from the chats to the folder that inference reads: what {@code kvasir fuser train} does.
 *
 * <p>While it runs, {@code training/<fuser>/} under the home holds {@code metrics.jsonl} and the saved state. A run that was stopped
 * continues from the saved state if the recipe is the same. The models' caches of the chats lie in {@code training/caches/} and stay
 * for other runs over the same chats.
 *
 * <pre>{@code
 * TrainingReport report = new FuserTrainingRun(TrainingRecipe.read(file), home, InstantSource.system())
 *         .run(progress -> System.out.println(progress.line()));
 * }</pre>
 */
public final class FuserTrainingRun {

    /** So many chats tell the size of each channel. */
    private static final int MEASURED_CHATS = 128;

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
     * @return where the fuser lies and how it came out
     * @throws TrainingDataInvalidException if the chats cannot be used
     * @throws TrainingFileMissingException if there are none
     */
    public TrainingReport run(TrainingListener listener) {
        Instant began = time.instant();
        List<ChatInput> read = ChatFile.read(recipe.data().file());
        try (Checkpoint receiver = open(recipe.receiver());
                Checkpoint sharer = open(recipe.sharer());
                TorchProgram program = TorchProgram.compile(TrainingProgram.SOURCE);
                TensorScope scope = TensorScope.root()) {
            ChatSamples chats =
                    new ChatSamples(side(receiver), side(sharer), recipe.shape().alignment());
            List<TrainingSample> samples = samples(chats, read);
            Split split = split(samples);
            Pair pair = new Pair(receiver, sharer, layerOf(receiver.config(), sharer.config()));
            LayerFuserShape shape = shape(receiver.config(), sharer.config());
            listener.memory(TrainingMemory.bytes(recipe, receiver, sharer, shape, samples));
            FrozenDecoder reading = load(scope, program, receiver);
            try (FrozenCaches caches = caches(program, pair, reading, samples, listener)) {
                ChannelScales scales = scales(caches, samples, split, chats.pad());
                Workspace workspace =
                        workspace(scope, program, shape, receiver.config().layers());
                Parts parts = new Parts(
                        new TrainingPass(
                                program,
                                reading,
                                workspace.shape(),
                                workspace.parameters(),
                                scales.tensors(scope, ElementType.F32)),
                        workspace.optimiser(),
                        workspace.parameters(),
                        workspace.best(),
                        samples(samples, split.training(), caches),
                        samples(samples, split.heldOut(), caches),
                        chats.pad());
                TrainingState end = train(parts, workspace, folder(), listener);
                FuserParameters result = end.bestLoss() < Double.POSITIVE_INFINITY ? parts.best() : parts.parameters();
                Path fuser = write(result, scales, workspace.shape(), pair);
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

    private List<TrainingSample> samples(ChatSamples chats, List<ChatInput> read) {
        return read.stream()
                .map(chats::of)
                .map(sample -> recipe.shape().dial().equals(PartialFusion.ALL)
                        ? sample
                        : sample.dialled(recipe.shape().dial()))
                .filter(sample -> sample.length() <= recipe.data().longest())
                .toList();
    }

    private static Samples samples(List<TrainingSample> all, List<Integer> places, FrozenCaches caches) {
        return new Samples(places.stream().map(all::get).toList(), caches, places);
    }

    /** The sharer's weights are needed no longer than it reads. */
    private FrozenCaches caches(
            TorchProgram program,
            Pair pair,
            FrozenDecoder receiver,
            List<TrainingSample> samples,
            TrainingListener listener) {
        try (TensorScope scope = TensorScope.root()) {
            FrozenCaches.Plan plan =
                    FrozenCaches.Plan.of(load(scope, program, pair.sharer()), pair.layerOf(), receiver);
            CacheShelf shelf = new CacheShelf(home.resolve("training").resolve("caches"));
            return shelf.open(
                    plan, CacheShelf.key(pair.receiver(), pair.sharer(), pair.layerOf(), samples), samples, listener);
        }
    }

    private ChannelScales scales(FrozenCaches caches, List<TrainingSample> samples, Split split, int pad) {
        return switch (recipe.shape().start()) {
            case UNIFORM -> ChannelScales.none();
            case STANDARDISED ->
                ChannelScales.measure(
                        caches,
                        samples,
                        split.training()
                                .subList(
                                        0,
                                        Math.min(
                                                MEASURED_CHATS, split.training().size())),
                        pad);
        };
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

    private Split split(List<TrainingSample> samples) {
        List<Integer> places =
                new ArrayList<>(IntStream.range(0, samples.size()).boxed().toList());
        Collections.shuffle(places, new Random(recipe.seed()));
        int heldOut = (int) Math.round(places.size() * recipe.data().heldOut());
        if (places.size() - heldOut < 1) {
            throw new TrainingDataInvalidException(
                    recipe.data().file(),
                    "no chat of at most %d tokens is left to train on"
                            .formatted(recipe.data().longest()));
        }
        return new Split(places.subList(heldOut, places.size()), places.subList(0, heldOut));
    }

    private List<Integer> layerOf(ModelConfig receiver, ModelConfig sharer) {
        return recipe.shape().mapping().map(receiver.layers(), sharer.layers(), 1).stream()
                .map(List::getFirst)
                .toList();
    }

    private static FrozenDecoder load(TensorScope scope, TorchProgram program, Checkpoint model) {
        return FrozenWeights.load(scope, program, model.config(), model.weights(), ElementType.F32);
    }

    private LayerFuserShape shape(ModelConfig receiver, ModelConfig sharer) {
        return new LayerFuserShape(
                sharer.kvHeads(),
                sharer.headDim(),
                receiver.kvHeads(),
                receiver.headDim(),
                recipe.shape().hidden(),
                recipe.shape().intermediate(),
                recipe.shape().layers(),
                Ablation.NONE);
    }

    private Workspace workspace(TensorScope scope, TorchProgram program, LayerFuserShape shape, int layers) {
        List<Name> names = FuserParameters.namesOf(shape, layers);
        FuserParameters parameters = FuserParameters.fresh(
                scope, names, recipe.shape().gateStart(), recipe.shape().start(), recipe.seed());
        FuserParameters best = parameters.zeros(scope);
        best.copyFrom(parameters);
        return new Workspace(shape, parameters, best, new AdamW(program, scope, parameters, recipe.optimiser()));
    }

    private TrainingState train(Parts parts, Workspace workspace, Path folder, TrainingListener listener) {
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
                    listener.step(progress);
                },
                saved::save);
        saved.delete();
        return end;
    }

    private Path write(FuserParameters result, ChannelScales scales, LayerFuserShape shape, Pair pair) {
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
            float[] weight = result.tensors().get(Math.max(0, i - 1)).toFloats(); // a bias follows its weight
            layerFusers
                    .get(name.layer())
                    .put(name.key(), scales.fold(name, result.tensors().get(i).toFloats(), weight));
        }
        List<LayerFuserShape> shapes = Collections.nCopies(layerFusers.size(), shape);
        FuserDescription description = new FuserDescription(
                end(recipe.receiver(), pair.receiver()),
                end(recipe.sharer(), pair.sharer()),
                recipe.shape().alignment(),
                recipe.shape().dial(),
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

    /** Places among all samples. */
    private record Split(List<Integer> training, List<Integer> heldOut) {}

    private record Pair(Checkpoint receiver, Checkpoint sharer, List<Integer> layerOf) {}

    private record Workspace(
            LayerFuserShape shape, FuserParameters parameters, FuserParameters best, AdamW optimiser) {}
}
