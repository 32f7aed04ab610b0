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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** Reads a model for the fast profile, on all processors: the codes of its matrices, and each of the programs. */
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
        try {
            return read(use);
        } catch (RuntimeException | Error fault) {
            arena.close();
            throw fault;
        }
    }

    /** Codes are read first: they need no libtorch, which takes a second to start. */
    private FastDecoding read(BiFunction<FastLayers, FastMemory, FastDecoding> use) {
        int readers = Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors());
        DirectMatrix embedding = matrix(FastMatrices.EMBEDDING);
        try (ReaderThreads threads = new ReaderThreads(readers)) {
            threads.start(() -> new MatrixReader(weights).codes(FastMatrices.EMBEDDING, embedding));
            if (plan.isDirect(MatrixRole.HEAD) && !config.tiedEmbeddings()) {
                threads.start(() -> readCodes(MatrixRole.HEAD, 0));
            }
            for (int layer = 0; layer < config.layers(); layer++) {
                int number = layer;
                threads.start(() -> readLayer(number));
            }
            FastLayers layers = FastLayers.compile(config, plan, headLayers(), Math.min(readers, config.layers()));
            try {
                ModelVectors vectors = FastVectors.read(config, weights);
                for (int program = 0; program < layers.programs(); program++) {
                    int number = program;
                    threads.start(() -> fill(layers, number, vectors));
                }
                threads.await();
                if (config.tiedEmbeddings() && plan.isDirect(MatrixRole.HEAD)) {
                    direct.put(new FastMemory.Key(MatrixRole.HEAD, 0), List.of(embedding));
                }
                return use.apply(layers, new FastMemory(arena, embedding, vectors, direct));
            } catch (RuntimeException | Error fault) {
                threads.stop();
                layers.close();
                throw fault;
            }
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

    private void fill(FastLayers layers, int program, ModelVectors vectors) {
        try (FastWeights filling = new FastWeights(config, matrices, weights, plan, layers.program(program))) {
            filling.fill(layers.layersOf(program), program == 0, vectors);
        }
    }

    private void readLayer(int layer) {
        for (MatrixRole role : MatrixRole.values()) {
            if (role != MatrixRole.HEAD && plan.isDirect(role)) {
                readCodes(role, layer);
            }
        }
    }

    private void readCodes(MatrixRole role, int layer) {
        MatrixReader reader = new MatrixReader(weights);
        List<DirectMatrix> parts = new ArrayList<>();
        for (String tensor : FastMatrices.tensors(config, role, layer)) {
            DirectMatrix part = matrix(tensor);
            reader.codes(tensor, part);
            parts.add(part);
        }
        direct.put(new FastMemory.Key(role, layer), parts);
    }
}
