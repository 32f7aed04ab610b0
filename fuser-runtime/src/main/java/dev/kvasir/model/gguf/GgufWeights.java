package dev.kvasir.model.gguf;

import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.CodeTarget;
import dev.kvasir.model.Family;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelFile;
import dev.kvasir.model.TensorShape;
import dev.kvasir.model.Weights;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a GGUF file in Hugging Face terms: dequantised, rows of q and k of Llama files back in halves, Gemma's
 * norms without the 1 that the file has added.
 */
final class GgufWeights implements Weights {

    private static final int PIECE_ELEMENTS = 1 << 16;

    private final ModelFile file;
    private final ModelConfig config;
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private final Scratch.Pool scratches = new Scratch.Pool();

    private GgufWeights(ModelFile file, ModelConfig config) {
        this.file = file;
        this.config = config;
    }

    static GgufWeights of(GgufFile gguf, ModelConfig config) {
        var weights = new GgufWeights(gguf.file(), config);
        for (GgufTensor tensor : gguf.tensors().values()) {
            if (!tensor.name().equals(GgufNames.ROPE_DIVISORS)) {
                String name = GgufNames.huggingFace(config.family(), tensor.name())
                        .orElseThrow(() -> gguf.file()
                                .invalid(
                                        tensor.name(),
                                        "is not a tensor of architecture "
                                                + config.family().architecture()));
                weights.tensors.put(name, tensor);
            }
        }
        return weights;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public TensorShape shape(String name) {
        return tensor(name).shape();
    }

    @Override
    public String storedAs(String name) {
        return tensor(name).type().name();
    }

    private GgufTensor tensor(String name) {
        GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw file.invalid(name, "is missing");
        }
        return tensor;
    }

    @Override
    public void readFloats(String name, FloatBuffer target) {
        GgufTensor tensor = tensor(name);
        if (target.remaining() < tensor.shape().elements()) {
            throw new BufferOverflowException();
        }
        int heads = interleavedHeads(name);
        if (heads > 0) {
            scratches.lend(scratch -> readInterleaved(tensor, heads, target, scratch));
            return;
        }
        float added = config.family().normsAddOne() && name.endsWith("norm.weight") ? 1 : 0;
        scratches.lend(scratch -> {
            var pieces = new Pieces(tensor, PIECE_ELEMENTS, 0, tensor.shape().elements(), scratch);
            for (int count = pieces.next(); count > 0; count = pieces.next()) {
                if (added != 0) {
                    pieces.subtract(added, count);
                }
                target.put(pieces.floats, 0, count);
            }
        });
    }

    /** Heads whose rows the file has interleaved; 0 for a tensor that lies as it should. */
    private int interleavedHeads(String name) {
        if (config.family() != Family.LLAMA) {
            return 0;
        }
        if (name.contains(".self_attn.q_proj.")) {
            return config.heads();
        }
        return name.contains(".self_attn.k_proj.") ? config.kvHeads() : 0;
    }

    @Override
    public void readRows(String name, int from, int to, FloatBuffer target) {
        scratches.lend(scratch -> readStored(
                name, from, to, (tensor, first, end) -> readStoredRows(tensor, first, end, target, scratch)));
    }

    @Override
    public Optional<CodeLayout> codeLayout(String name) {
        GgufTensor tensor = tensor(name);
        return tensor.shape().rank() == 2 ? BlockCodes.layout(tensor.type()) : Optional.empty();
    }

    @Override
    public void readCodes(String name, int from, int to, CodeTarget target) {
        scratches.lend(scratch -> readStored(
                name, from, to, (tensor, first, end) -> readStoredCodes(tensor, first, end, target, scratch)));
    }

    /** Reads rows as they stand in the file, from {@code first} to before {@code end}. */
    @FunctionalInterface
    private interface StoredRows {
        void read(GgufTensor tensor, int first, int end);
    }

    private void readStored(String name, int from, int to, StoredRows reader) {
        GgufTensor tensor = tensor(name);
        int heads = interleavedHeads(name);
        if (heads == 0) {
            reader.read(tensor, from, to);
            return;
        }
        int headDim = (int) (tensor.shape().extent(0) / heads);
        for (int row = from; row < to; row++) {
            int stored = storedRow(row, headDim);
            reader.read(tensor, stored, stored + 1);
        }
    }

    private void readStoredCodes(GgufTensor tensor, int from, int to, CodeTarget target, Scratch scratch) {
        GgufType type = tensor.type();
        long rowBytes = (long) tensor.rowLength() / type.blockElements() * type.blockBytes();
        int length = Math.toIntExact((to - from) * rowBytes);
        byte[] bytes = scratch.bytes(length);
        file.read(ByteBuffer.wrap(bytes, 0, length), tensor.position() + from * rowBytes);
        BlockCodes.decode(type, bytes, length / type.blockBytes(), target);
    }

    /** Where the file has a row whose head's halves it has interleaved. */
    private static int storedRow(int row, int headDim) {
        int inHead = row % headDim;
        int half = headDim / 2;
        return row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
    }

    private void readStoredRows(GgufTensor tensor, int from, int to, FloatBuffer target, Scratch scratch) {
        long width = tensor.rowLength();
        var pieces = new Pieces(tensor, PIECE_ELEMENTS, from * width, to * width, scratch);
        for (int count = pieces.next(); count > 0; count = pieces.next()) {
            target.put(pieces.floats, 0, count);
        }
    }

    /** Row {@code 2i} of a head is row i of its first half, row {@code 2i + 1} of its second. */
    private void readInterleaved(GgufTensor tensor, int heads, FloatBuffer target, Scratch scratch) {
        int width = tensor.shape().rank() == 1 ? 1 : tensor.rowLength();
        int rows = (int) (tensor.shape().elements() / width);
        int headDim = rows / heads;
        int start = target.position();
        var pieces = new Pieces(
                tensor,
                Math.max(width, PIECE_ELEMENTS / width * width),
                0,
                tensor.shape().elements(),
                scratch);
        int row = 0;
        for (int count = pieces.next(); count > 0; count = pieces.next()) {
            for (int at = 0; at < count; at += width) {
                int inHead = row % headDim;
                int moved = row - inHead + inHead % 2 * (headDim / 2) + inHead / 2;
                target.put(start + moved * width, pieces.floats, at, width);
                row++;
            }
        }
        target.position(start + rows * width);
    }

    @Override
    public void close() {
        file.close();
    }

    /** A stretch of a tensor piece by piece, each of whole blocks. */
    private final class Pieces {

        private final GgufTensor tensor;
        private final int pieceBytes;
        private final byte[] bytes;
        private final float[] floats;
        private final long end;
        private long read;

        Pieces(GgufTensor tensor, int elements, long from, long to, Scratch scratch) {
            this.tensor = tensor;
            this.read = bytesOf(from);
            this.end = bytesOf(to);
            int blocks = (int) Math.min(elements, to - from) / tensor.type().blockElements();
            this.pieceBytes = blocks * tensor.type().blockBytes();
            this.bytes = scratch.bytes(pieceBytes);
            this.floats = scratch.floats(blocks * tensor.type().blockElements());
        }

        /** How many floats there are now; 0 at the end. */
        int next() {
            int length = (int) Math.min(pieceBytes, end - read);
            file.read(ByteBuffer.wrap(bytes, 0, length), tensor.position() + read);
            read += length;
            int blocks = length / tensor.type().blockBytes();
            BlockDecoder.decode(tensor.type(), bytes, floats, blocks);
            return blocks * tensor.type().blockElements();
        }

        private long bytesOf(long elements) {
            return elements / tensor.type().blockElements() * tensor.type().blockBytes();
        }

        void subtract(float added, int count) {
            for (int i = 0; i < count; i++) {
                floats[i] -= added;
            }
        }
    }
}
