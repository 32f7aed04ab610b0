package dev.kvasir.grammar;

import java.util.Arrays;
import java.util.List;

/** Tokens by their bytes, those with a common beginning together; laid flat, each node before its children. */
final class TokenTrie {

    private static final int NONE = -1;

    private byte[] values = new byte[1024];
    private short[] depths = new short[1024];
    private int[] behind = new int[1024];
    private int[] tokens = new int[1024];
    private final int[] twins;
    private int size;
    private int deepest;

    private TokenTrie(int vocabulary) {
        this.twins = new int[vocabulary];
        Arrays.fill(twins, NONE);
    }

    /** @param bytes by id */
    static TokenTrie of(List<Integer> ids, byte[][] bytes) {
        TokenTrie trie = new TokenTrie(bytes.length);
        Integer[] sorted = ids.toArray(Integer[]::new);
        Arrays.sort(sorted, (one, other) -> Arrays.compareUnsigned(bytes[one], bytes[other]));
        int[] path = new int
                [Arrays.stream(sorted).mapToInt(id -> bytes[id].length).max().orElse(0)];
        int depth = 0;
        byte[] last = {};
        for (int id : sorted) {
            int common = Math.max(0, Arrays.mismatch(last, bytes[id]));
            if (Arrays.equals(last, bytes[id])) {
                trie.twin(path[depth - 1], id);
                continue;
            }
            while (depth > common) {
                trie.behind[path[--depth]] = trie.size;
            }
            while (depth < bytes[id].length) {
                path[depth] = trie.add(bytes[id][depth], depth + 1);
                depth++;
            }
            trie.tokens[path[depth - 1]] = id;
            last = bytes[id];
        }
        while (depth > 0) {
            trie.behind[path[--depth]] = trie.size;
        }
        return trie;
    }

    private int add(byte value, int depth) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
            depths = Arrays.copyOf(depths, 2 * size);
            behind = Arrays.copyOf(behind, 2 * size);
            tokens = Arrays.copyOf(tokens, 2 * size);
        }
        values[size] = value;
        depths[size] = (short) depth;
        tokens[size] = NONE;
        deepest = Math.max(deepest, depth);
        return size++;
    }

    private void twin(int node, int id) {
        twins[id] = tokens[node];
        tokens[node] = id;
    }

    /** Sets the bits of all tokens that the automaton lets through from a state. */
    void mark(ByteAutomaton automaton, ByteState from, long[] mask) {
        ByteState[] path = new ByteState[deepest + 1];
        path[0] = from;
        int node = 0;
        while (node < size) {
            int depth = depths[node];
            ByteState reached = automaton.next(path[depth - 1], values[node] & 0xFF);
            if (reached == ByteState.DEAD) {
                node = behind[node];
                continue;
            }
            path[depth] = reached;
            for (int id = tokens[node]; id != NONE; id = twins[id]) {
                mask[id >> 6] |= 1L << id;
            }
            node++;
        }
    }
}
