package dev.kvasir.decoder;

import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchProgram;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * Keys (after RoPE) and values of some rows of tokens, all layers, in slabs allocated once. Layers with a sliding window
 * keep everything too; their mask does the window. A layer may have {@linkplain #blank blank} positions at its beginning, to
 * which nothing attends.
 *
 * <p>Created by {@link LoadedModel#newCache}; whoever creates one closes it. For one thread at a time.
 */
public final class KvCache implements AutoCloseable {
    private static final TorchProgram PROGRAM = TorchProgram.compile("""
            def view(self, slab: Tensor, start: int, end: int) -> Tensor:
              return torch.slice(slab, 2, start, end, 1)
            def write(self, slab: Tensor, part: Tensor, start: int) -> None:
              _0 = torch.copy_(torch.slice(slab, 2, start, start + torch.size(part, 2), 1), part)
            def gather(self, slab: Tensor, positions: Tensor) -> Tensor:
              return torch.index_select(slab, 2, positions)
            def finite(self, slabs: List[Tensor], end: int) -> Tensor:
              checks = annotate(List[Tensor], [])
              for slab in slabs:
                checks = torch.append(checks, torch.all(torch.isfinite(torch.slice(slab, 2, 0, end, 1))))
              return torch.to(torch.stack(checks, 0), 4)
            """);

    private final ModelConfig config;
    private final int rows;
    private final int capacity;
    private final ElementType type;
    private final TensorScope scope;
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private List<MemorySegment> keyMemory = List.of();
    private List<MemorySegment> valueMemory = List.of();
    private List<Integer> firsts;
    private int length;

    KvCache(ModelConfig config, ElementType type, int rows, int capacity, TorchDevice device) {
        if (rows < 1 || capacity < 1) {
            throw new IllegalArgumentException(
                    "A KV cache holds at least one row and one position, not " + rows + " and " + capacity + ".");
        }
        this.config = config;
        this.rows = rows;
        this.capacity = capacity;
        this.type = type;
        this.scope = TensorScope.root(device);
        this.firsts = Collections.nCopies(config.layers(), 0);
        for (int layer = 0; layer < config.layers(); layer++) {
            keys.add(scope.zeros(type, rows, config.kvHeads(), capacity, config.headDim()));
            values.add(scope.zeros(type, rows, config.kvHeads(), capacity, config.headDim()));
        }
    }

    /** Bytes a cache of this size takes. */
    static long bytes(ModelConfig config, ElementType type, int rows, int capacity) {
        return Math.multiplyExact((long) rows * capacity, config.kvBytesPerToken(type.bytes()));
    }

    /** Positions held; padding counts. */
    public int length() {
        return length;
    }

    /** Positions there is room for. */
    public int capacity() {
        return capacity;
    }

    public int rows() {
        return rows;
    }

    /** Where its keys and values lie: with the model's weights. */
    public TorchDevice device() {
        return scope.device();
    }

    public int layers() {
        return config.layers();
    }

    public ElementType elementType() {
        return type;
    }

    /** What a layer holds: {@code [rows, kvHeads, length, headDim]}. */
    public List<Integer> shape() {
        return List.of(rows, config.kvHeads(), length, config.headDim());
    }

    /** Bytes of all slabs, used or not. */
    public long bytes() {
        return bytes(config, type, rows, capacity);
    }

    /** A layer's keys, {@code [rows, kvHeads, length, headDim]}: a view, in the scope given, of what the cache holds. */
    public Tensor keys(TensorScope target, int layer) {
        return keys(target, layer, 0, length);
    }

    /** A layer's values, {@code [rows, kvHeads, length, headDim]}: a view, in the scope given, of what the cache holds. */
    public Tensor values(TensorScope target, int layer) {
        return values(target, layer, 0, length);
    }

    /** A view of a layer's keys at the positions from {@code from} to before {@code to}. */
    public Tensor keys(TensorScope target, int layer, int from, int to) {
        return view(target, keys.get(layer), from, to);
    }

    /** A view of a layer's values at the positions from {@code from} to before {@code to}. */
    public Tensor values(TensorScope target, int layer, int from, int to) {
        return view(target, values.get(layer), from, to);
    }

    /**
     * Overwrites a layer from position {@code from} on. Anything past the length is not held until {@link #extend}.
     *
     * @param newKeys {@code [rows, kvHeads, n, headDim]}, on any device; copied, and rounded if their type is wider
     * @param newValues of the same shape
     */
    public void write(int layer, int from, Tensor newKeys, Tensor newValues) {
        requireFits(from, newKeys);
        requireFits(from, newValues);
        try (TensorScope step = scope.child()) {
            PROGRAM.run(step, "write", keys.get(layer), newKeys, from);
            PROGRAM.run(step, "write", values.get(layer), newValues, from);
        }
    }

    /**
     * Appends a copy of another cache's positions from {@code from} to before {@code to}. They keep their rotation, so they
     * mean the same only where they stood at these positions of the sequence.
     *
     * @param source of the same model, type and number of rows; its blank positions stay so
     * @throws IllegalArgumentException if the source has none of these, or blank ones would come behind others
     */
    public void append(KvCache source, int from, int to) {
        if (from < 0 || to < from || to > source.length) {
            throw new IllegalArgumentException("A KV cache of " + source.length + " positions has none from " + from
                    + " to " + to + " to be appended.");
        }
        if (to == from) {
            return;
        }
        int held = length;
        try (TensorScope step = scope.child()) {
            for (int layer = 0; layer < layers(); layer++) {
                requireBlankInFront(source, layer, from);
                write(layer, held, source.keys(step, layer, from, to), source.values(step, layer, from, to));
            }
        }
        extend(held + to - from);
        for (int layer = 0; layer < layers() && held == 0; layer++) {
            blank(layer, Math.clamp((long) source.first(layer) - from, 0, length));
        }
    }

    private void requireBlankInFront(KvCache source, int layer, int from) {
        if (length > 0 && source.first(layer) > from) {
            throw new IllegalArgumentException(
                    "Layer %d of the source is blank before position %d; blank positions cannot be appended behind %d others."
                            .formatted(layer, source.first(layer), length));
        }
    }

    /**
     * Leaves a layer's positions before {@code first} blank from now on: nothing attends to them there, whatever they hold.
     * They still count, so that all layers go on at the same position.
     *
     * @param first 0 to the length; 0 for none
     */
    public void blank(int layer, int first) {
        if (first < 0 || first > length) {
            throw new IllegalArgumentException(
                    "A KV cache of " + length + " positions cannot have " + first + " blank.");
        }
        List<Integer> changed = new ArrayList<>(firsts);
        changed.set(layer, first);
        firsts = List.copyOf(changed);
    }

    /** A layer's first position that is not {@linkplain #blank blank}. */
    public int first(int layer) {
        return firsts.get(layer);
    }

    /** Holds {@code newLength} positions from now on: those that were {@linkplain #write written} past the end. */
    public void extend(int newLength) {
        if (newLength < length || newLength > capacity) {
            throw new IllegalArgumentException("A KV cache of " + length + " positions and capacity " + capacity
                    + " cannot be extended to " + newLength + ".");
        }
        length = newLength;
    }

    /** Forgets all positions from {@code newLength} on. */
    public void truncate(int newLength) {
        if (newLength < 0 || newLength > length) {
            throw new IllegalArgumentException(
                    "A KV cache of " + length + " positions cannot be truncated to " + newLength + ".");
        }
        length = newLength;
        firsts = firsts.stream().map(first -> Math.min(first, length)).toList();
    }

    /** A copy with room for {@code newCapacity} positions, which the caller closes. */
    public KvCache copy(int newCapacity) {
        KvCache copy = new KvCache(config, type, rows, newCapacity, device());
        copy.append(this, 0, length);
        return copy;
    }

    /**
     * A cache of positions picked from this one, in the order given, which the caller closes. Keys keep their rotation.
     *
     * @param positions each one held; a negative one stands for any
     */
    public KvCache gather(List<Integer> positions) {
        long[] picked = new long[positions.size()];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = Math.max(0, positions.get(i));
            if (picked[i] >= length) {
                throw new IllegalArgumentException(
                        "A KV cache of " + length + " positions has none at " + picked[i] + " to be picked.");
            }
        }
        KvCache gathered = new KvCache(config, type, rows, Math.max(1, picked.length), device());
        try (TensorScope step = scope.child()) {
            Tensor chosen = step.longs(picked, picked.length);
            for (int layer = 0; layer < layers(); layer++) {
                gathered.write(
                        layer,
                        0,
                        PROGRAM.run(step, "gather", keys.get(layer), chosen).getFirst(),
                        PROGRAM.run(step, "gather", values.get(layer), chosen).getFirst());
            }
        }
        gathered.extend(picked.length);
        return gathered;
    }

    /** The first layer with a key or value that is not finite, if there is one. */
    public OptionalInt firstNonFiniteLayer() {
        try (TensorScope step = scope.child()) {
            long[] keysFinite =
                    PROGRAM.run(step, "finite", keys, length).getFirst().toLongs();
            long[] valuesFinite =
                    PROGRAM.run(step, "finite", values, length).getFirst().toLongs();
            for (int layer = 0; layer < keysFinite.length; layer++) {
                if (keysFinite[layer] == 0 || valuesFinite[layer] == 0) {
                    return OptionalInt.of(layer);
                }
            }
            return OptionalInt.empty();
        }
    }

    @Override
    public void close() {
        scope.close();
    }

    /** Per layer its first position that is not blank. */
    List<Integer> firsts() {
        return firsts;
    }

    List<Tensor> keySlabs() {
        return keys;
    }

    List<Tensor> valueSlabs() {
        return values;
    }

    /** The memory of each key slab; of F32 on the processor. */
    List<MemorySegment> keyMemory() {
        if (keyMemory.isEmpty()) {
            keyMemory = memory(keys);
        }
        return keyMemory;
    }

    /** Like {@link #keyMemory}. */
    List<MemorySegment> valueMemory() {
        if (valueMemory.isEmpty()) {
            valueMemory = memory(values);
        }
        return valueMemory;
    }

    private static List<MemorySegment> memory(List<Tensor> slabs) {
        return slabs.stream().map(slab -> MemorySegment.ofBuffer(slab.memory())).toList();
    }

    private static Tensor view(TensorScope target, Tensor slab, int from, int to) {
        if (from < 0 || to < from || to > slab.size(2)) {
            throw new IllegalArgumentException(
                    "A KV cache of capacity " + slab.size(2) + " has no positions from " + from + " to " + to + ".");
        }
        return PROGRAM.run(target, "view", slab, from, to).getFirst();
    }

    private void requireFits(int from, Tensor part) {
        long[] expected = {rows, config.kvHeads(), part.size(2), config.headDim()};
        if (!Arrays.equals(expected, part.shape()) || from < 0 || from + part.size(2) > capacity) {
            throw new IllegalArgumentException("Keys and values of shape " + Arrays.toString(part.shape())
                    + " cannot be written at position " + from + " of a KV cache of " + rows + " rows, "
                    + config.kvHeads() + " heads, capacity " + capacity + " and head width " + config.headDim() + ".");
        }
    }
}
