package dev.kvasir.decoder.step;

import dev.kvasir.decoder.direct.DirectMatrix;
import dev.kvasir.decoder.direct.Operand;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.model.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.IntStream;

/**
 * Runs one more token of each of some sequences through a decoder. It computes what the decoder's program does, without
 * an operator's call for each of some 25 operations a layer: on small models these cost more than the arithmetic.
 */
public final class DecoderStep {
    private final ModelConfig config;
    private final DirectMatrix embedding;
    private final ModelVectors vectors;
    private final Products products;
    private final RowMath math = RowMath.best();
    private final List<Integer> windows;
    private final double[][] frequencies;
    private final ConcurrentLinkedDeque<StepRoom> rooms = new ConcurrentLinkedDeque<>();

    /**
     * Makes a step of a model.
     *
     * @param embedding {@code [vocabulary, hidden]}
     */
    public DecoderStep(ModelConfig config, DirectMatrix embedding, ModelVectors vectors, Products products) {
        this.config = config;
        this.embedding = embedding;
        this.vectors = vectors;
        this.products = products;
        this.windows = config.windowKinds();
        this.frequencies = windows.stream()
                .map(window -> config.ropeOfWindow(window).frequencies(config.headDim()))
                .toArray(double[][]::new);
    }

    /** A token's embedding, as the first layer wants it, from {@code at} on. */
    public void embed(int id, float[] to, int at) {
        embedding.row(id, to, at);
        float scale = (float) config.embeddingScale();
        for (int i = at; i < at + config.hiddenSize(); i++) {
            to[i] *= scale;
        }
    }

    /**
     * Appends each token's keys and values to its sequence's cache and gives what comes next.
     *
     * @param logits receives a token's, one token behind the other
     */
    public void run(List<NextPosition> tokens, float[] logits) {
        StepRoom room = room(tokens.size());
        for (int token = 0; token < tokens.size(); token++) {
            embed(tokens.get(token).id(), room.x, token * config.hiddenSize());
            turn(room, token, tokens.get(token).position());
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            attention(room, tokens, layer);
            mlp(room, layer);
        }
        norm(room, vectors.lastNorm());
        multiply(MatrixRole.HEAD, 0, room, room.normed, logits);
        if (rooms.size() < 2) {
            rooms.push(room);
        }
    }

    private StepRoom room(int tokens) {
        StepRoom free = rooms.poll();
        return free != null && free.tokens == tokens ? free : new StepRoom(config, tokens, windows.size());
    }

    private void turn(StepRoom room, int token, int position) {
        for (int kind = 0; kind < frequencies.length; kind++) {
            int at = token * windows.size() + kind;
            double[] own = frequencies[kind];
            for (int i = 0; i < own.length; i++) {
                room.cosines[at][i] = (float) Math.cos(position * own[i]);
                room.sines[at][i] = (float) Math.sin(position * own[i]);
            }
        }
    }

    private void norm(StepRoom room, WeightVector weight) {
        int width = config.hiddenSize();
        for (int token = 0; token < room.tokens; token++) {
            RowMath.norm(
                    room.x,
                    token * width,
                    width,
                    weight.values(),
                    0,
                    (float) config.rmsNormEps(),
                    room.normed.rows(),
                    token * width);
        }
    }

    private void multiply(MatrixRole role, int layer, StepRoom room, Operand operand, float[] y) {
        operand.set(room.tokens);
        products.multiply(role, layer, operand, room.tokens, y);
    }

    private void attention(StepRoom room, List<NextPosition> tokens, int layer) {
        LayerVectors own = vectors.layers().get(layer);
        norm(room, own.attentionNorm());
        multiply(MatrixRole.QKV, layer, room, room.normed, room.qkv);
        add(room, room.qkv, own.qkvBias());
        for (int token = 0; token < room.tokens; token++) {
            prepare(room, token, own, layer);
            append(room, token, tokens.get(token), layer);
            attend(room, token, tokens.get(token), layer);
        }
        multiply(MatrixRole.OUTPUT, layer, room, room.attended, room.branch);
        endBranch(room, own.outputBias(), own.attentionBranchNorm());
    }

    private void mlp(StepRoom room, int layer) {
        LayerVectors own = vectors.layers().get(layer);
        int width = config.intermediateSize();
        norm(room, own.mlpNorm());
        multiply(MatrixRole.GATE_UP, layer, room, room.normed, room.gateUp);
        add(room, room.gateUp, own.gateUpBias());
        for (int token = 0; token < room.tokens; token++) {
            int gate = token * 2 * width;
            math.gate(room.gateUp, gate, gate + width, width, config.family().gelu(), room.gated.rows(), token * width);
        }
        multiply(MatrixRole.DOWN, layer, room, room.gated, room.branch);
        endBranch(room, own.downBias(), own.mlpBranchNorm());
    }

    private static void add(StepRoom room, float[] rows, WeightVector bias) {
        if (!bias.isEmpty()) {
            int count = bias.values().length;
            for (int token = 0; token < room.tokens; token++) {
                RowMath.add(rows, token * count, bias.values(), 0, count);
            }
        }
    }

    private void endBranch(StepRoom room, WeightVector bias, WeightVector norm) {
        int width = config.hiddenSize();
        add(room, room.branch, bias);
        if (!norm.isEmpty()) {
            for (int token = 0; token < room.tokens; token++) {
                int at = token * width;
                RowMath.norm(room.branch, at, width, norm.values(), 0, (float) config.rmsNormEps(), room.branch, at);
            }
        }
        RowMath.add(room.x, 0, room.branch, 0, room.tokens * width);
    }

    /** Norms and rotates the heads of queries and keys. */
    private void prepare(StepRoom room, int token, LayerVectors own, int layer) {
        int width = config.headDim();
        int first = token * (config.heads() + 2 * config.kvHeads()) * width;
        int turns = token * windows.size() + windows.indexOf(config.windows().get(layer));
        for (int head = 0; head < config.heads() + config.kvHeads(); head++) {
            int at = first + head * width;
            WeightVector norm = head < config.heads() ? own.queryNorm() : own.keyNorm();
            if (!norm.isEmpty()) {
                RowMath.norm(room.qkv, at, width, norm.values(), 0, (float) config.rmsNormEps(), room.qkv, at);
            }
            RowMath.rotate(room.qkv, at, width, room.cosines[turns], room.sines[turns]);
        }
    }

    private void append(StepRoom room, int token, NextPosition next, int layer) {
        int width = config.headDim();
        int keys = (token * (config.heads() + 2 * config.kvHeads()) + config.heads()) * width;
        int values = keys + config.kvHeads() * width;
        for (int head = 0; head < config.kvHeads(); head++) {
            long to = ((long) head * next.capacity() + next.length()) * width;
            copy(room.qkv, keys + head * width, next.keys().get(layer), to, width);
            copy(room.qkv, values + head * width, next.values().get(layer), to, width);
        }
    }

    private static void copy(float[] from, int at, MemorySegment to, long index, int count) {
        MemorySegment.copy(from, at, to, ValueLayout.JAVA_FLOAT, index * Float.BYTES, count);
    }

    private void attend(StepRoom room, int token, NextPosition next, int layer) {
        int width = config.headDim();
        int window = config.windows().get(layer);
        int end = next.length() + 1;
        int first = next.firsts().get(layer);
        int start = window == 0 ? first : Math.max(first, end - window);
        int queries = token * (config.heads() + 2 * config.kvHeads()) * width;
        float[] scores = room.scores(end);
        for (int head = 0; head < config.heads(); head++) {
            int group = head / config.groupSize();
            long from = ((long) group * next.capacity() + start) * width * Float.BYTES;
            math.scores(
                    room.qkv,
                    queries + head * width,
                    width,
                    next.keys().get(layer),
                    from,
                    end - start,
                    (float) config.queryScale(),
                    scores,
                    0);
            hide(next, scores, start);
            math.softmax(scores, 0, end - start);
            math.mix(
                    scores,
                    0,
                    end - start,
                    next.values().get(layer),
                    from,
                    width,
                    room.attended.rows(),
                    (token * config.heads() + head) * width);
        }
    }

    private static void hide(NextPosition next, float[] scores, int start) {
        List<Boolean> hidden = next.hidden();
        IntStream.range(start, Math.min(hidden.size(), next.length()))
                .filter(hidden::get)
                .forEach(position -> scores[position - start] = Float.NEGATIVE_INFINITY);
    }
}
