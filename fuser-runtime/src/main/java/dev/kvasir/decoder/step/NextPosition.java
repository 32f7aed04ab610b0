package dev.kvasir.decoder.step;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A token and the sequence that it continues.
 *
 * @param id the token
 * @param position for RoPE
 * @param length positions that the cache holds; the token's keys and values are written behind them
 * @param capacity positions that the cache has room for
 * @param keys per layer the cache's keys, F32 {@code [kvHeads, capacity, headDim]}
 * @param values per layer the cache's values, like keys
 * @param firsts per layer the first position that it sees
 * @param hidden true at each cached position that nothing may attend to; may end early or be empty
 */
public record NextPosition(
        int id,
        int position,
        int length,
        int capacity,
        List<MemorySegment> keys,
        List<MemorySegment> values,
        List<Integer> firsts,
        List<Boolean> hidden) {}
