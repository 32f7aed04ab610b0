package dev.kvasir.decoder;

import dev.kvasir.decoder.direct.DirectMatrix;
import dev.kvasir.decoder.direct.Warmup;
import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.decoder.kernel.MatrixShape;
import dev.kvasir.decoder.kernel.ModelMatrices;
import dev.kvasir.decoder.step.ModelVectors;
import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;

/** Reads a model for the fast profile, on all processors: each fills one of the programs and reads what lies beside it. */
final class FastLoading {
    /** More read no faster: memory is what they wait for. */
    private static final int MOST_READERS = 8;

    private final ModelConfig config;
    private final Weights weights;
    private final ModelMatrices matrices;
    private final KernelPlan plan;
    private final Arena arena = Arena.ofShared();
    private final Map<FastMemory.Key, List<DirectMatrix>> direct = new ConcurrentHashMap<>();

    FastLoading(ModelConfig config, ModelMatrices matrices, Weights weights, KernelPlan plan) {
        this.config = config;
        this.matrices = matrices;
        this.weights = weights;
        this.plan = plan;
    }

    /** Nothing is left if it fails. */
    FastDecoding load(BiFunction<FastLayers, FastMemory, FastDecoding> use) {
        warmUp();
        int readers = Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors());
        FastLayers layers = FastLayers.compile(config, plan, headLayers(), Math.min(readers, config.layers()));
        try {
            ModelVectors vectors = FastVectors.read(config, weights);
            DirectMatrix embedding = matrix(FastMatrices.EMBEDDING);
            read(layers, vectors, embedding);
            if (config.tiedEmbeddings() && plan.isDirect(MatrixRole.HEAD)) {
                direct.put(new FastMemory.Key(MatrixRole.HEAD, 0), List.of(embedding));
            }
            return use.apply(layers, new FastMemory(arena, embedding, vectors, direct));
        } catch (RuntimeException | Error fault) {
            layers.close();
            arena.close();
            throw fault;
        }
    }

    /** Beside the reading, and not waited for: the prompt comes first. */
    private void warmUp() {
        matrices.layouts().forEach((role, layout) -> {
            if (plan.isDirect(role)) {
                Thread.ofPlatform().name("warm-up").daemon().start(() -> Warmup.of(layout, false));
            }
        });
    }

    /** How many layers weigh as much as the head. */
    private int headLayers() {
        long layer = 0;
        for (MatrixRole role : MatrixRole.values()) {
            layer += role == MatrixRole.HEAD ? 0 : elements(matrices.shape(role));
        }
        return (int) (elements(matrices.shape(MatrixRole.HEAD)) / Math.max(1, layer));
    }

    private static long elements(MatrixShape shape) {
        return (long) shape.rows() * shape.columns();
    }

    private DirectMatrix matrix(String tensor) {
        return new DirectMatrix(
                weights.codeLayout(tensor).orElse(CodeLayout.HALVES),
                Math.toIntExact(weights.shape(tensor).extent(0)),
                Math.toIntExact(weights.shape(tensor).extent(1)),
                arena);
    }

    private void read(FastLayers layers, ModelVectors vectors, DirectMatrix embedding) {
        List<Callable<Void>> parts = new ArrayList<>();
        for (int program = 0; program < layers.programs(); program++) {
            int number = program;
            parts.add(() -> {
                part(layers, number, vectors, embedding);
                return null;
            });
        }
        try (ExecutorService readers = Executors.newFixedThreadPool(
                parts.size(), Thread.ofPlatform().name("weights-", 0).daemon().factory())) {
            for (Future<Void> part : readers.invokeAll(parts)) {
                part.get();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while weights were read.", interrupted);
        } catch (ExecutionException fault) {
            if (fault.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (fault.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException("Weights could not be read.", fault);
        }
    }

    private void part(FastLayers layers, int program, ModelVectors vectors, DirectMatrix embedding) {
        List<Integer> own = layers.layersOf(program);
        boolean head = program == 0;
        try (FastWeights filling = new FastWeights(config, matrices, weights, plan, layers.program(program))) {
            filling.fill(own, head, vectors);
        }
        MatrixReader reader = new MatrixReader(weights);
        boolean isLast = program == layers.programs() - 1;
        if (isLast) {
            reader.codes(FastMatrices.EMBEDDING, embedding);
        }
        for (MatrixRole role : MatrixRole.values()) {
            boolean isElsewhere = role == MatrixRole.HEAD && (!head || config.tiedEmbeddings());
            if (isElsewhere || !plan.isDirect(role)) {
                continue;
            }
            for (int layer : role == MatrixRole.HEAD ? List.of(0) : own) {
                direct.put(new FastMemory.Key(role, layer), read(reader, role, layer));
            }
        }
    }

    private List<DirectMatrix> read(MatrixReader reader, MatrixRole role, int layer) {
        List<DirectMatrix> parts = new ArrayList<>();
        for (String tensor : FastMatrices.tensors(config, role, layer)) {
            DirectMatrix part = matrix(tensor);
            reader.codes(tensor, part);
            parts.add(part);
        }
        return parts;
    }
}
