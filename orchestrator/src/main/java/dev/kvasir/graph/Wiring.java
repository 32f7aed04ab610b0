package dev.kvasir.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Who leads on to whom, by the nodes' places in the document; edges that lead back are left out. Every walk is linear and uses no recursion. */
final class Wiring {

    private final List<List<Integer>> after;
    private final List<List<Integer>> before;

    Wiring(int nodes) {
        after = lists(nodes);
        before = lists(nodes);
    }

    static Wiring of(Graph graph) {
        Map<NodeId, Integer> places = new HashMap<>();
        graph.nodes().forEach(node -> places.put(node.id(), places.size()));
        Wiring wiring = new Wiring(places.size());
        for (Edge edge : graph.edges()) {
            if (edge.isLoop()) {
                continue;
            }
            wiring.connect(place(places, edge.from()), place(places, edge.to()));
        }
        return wiring;
    }

    private static int place(Map<NodeId, Integer> places, NodeId id) {
        Integer place = places.get(id);
        if (place == null) {
            throw new IllegalStateException("An edge names node '" + id + "', which the graph does not have");
        }
        return place;
    }

    private static List<List<Integer>> lists(int count) {
        return IntStream.range(0, count)
                .<List<Integer>>mapToObj(i -> new ArrayList<>())
                .toList();
    }

    void connect(int from, int to) {
        after.get(from).add(to);
        before.get(to).add(from);
    }

    int size() {
        return after.size();
    }

    /** Every node after those that lead to it; nodes in a cycle, or after one, are missing. */
    List<Integer> order() {
        int[] waiting = new int[size()];
        Deque<Integer> ready = new ArrayDeque<>();
        for (int node = 0; node < size(); node++) {
            waiting[node] = before.get(node).size();
            if (waiting[node] == 0) {
                ready.add(node);
            }
        }
        List<Integer> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int node = ready.remove();
            order.add(node);
            for (int next : after.get(node)) {
                if (--waiting[next] == 0) {
                    ready.add(next);
                }
            }
        }
        return order;
    }

    /** The given nodes and all that they lead to. */
    BitSet from(BitSet starts) {
        return closure(starts, after);
    }

    /** The given nodes and all that lead to them. */
    BitSet to(BitSet ends) {
        return closure(ends, before);
    }

    BitSet to(int end) {
        BitSet ends = new BitSet();
        ends.set(end);
        return to(ends);
    }

    private static BitSet closure(BitSet starts, List<List<Integer>> arcs) {
        BitSet seen = (BitSet) starts.clone();
        Deque<Integer> open = new ArrayDeque<>();
        starts.stream().forEach(open::add);
        while (!open.isEmpty()) {
            for (int next : arcs.get(open.remove())) {
                if (!seen.get(next)) {
                    seen.set(next);
                    open.add(next);
                }
            }
        }
        return seen;
    }

    /** The groups of nodes that all lead to one another, each sorted, single nodes included (Kosaraju). */
    List<List<Integer>> knots() {
        boolean[] taken = new boolean[size()];
        List<List<Integer>> knots = new ArrayList<>();
        for (int root : finished().reversed()) {
            if (!taken[root]) {
                knots.add(knot(root, taken));
            }
        }
        return knots;
    }

    private List<Integer> knot(int root, boolean[] taken) {
        List<Integer> knot = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(root));
        taken[root] = true;
        while (!open.isEmpty()) {
            int node = open.remove();
            knot.add(node);
            for (int previous : before.get(node)) {
                if (!taken[previous]) {
                    taken[previous] = true;
                    open.add(previous);
                }
            }
        }
        return knot.stream().sorted().toList();
    }

    /** All nodes in the order in which a depth-first walk leaves them. */
    private List<Integer> finished() {
        List<Integer> finished = new ArrayList<>();
        boolean[] seen = new boolean[size()];
        int[] next = new int[size()];
        for (int root = 0; root < size(); root++) {
            if (!seen[root]) {
                walk(root, seen, next, finished);
            }
        }
        return finished;
    }

    private void walk(int root, boolean[] seen, int[] next, List<Integer> finished) {
        Deque<Integer> path = new ArrayDeque<>();
        path.push(root);
        seen[root] = true;
        while (!path.isEmpty()) {
            int node = path.element();
            if (next[node] == after.get(node).size()) {
                finished.add(path.pop());
                continue;
            }
            int child = after.get(node).get(next[node]++);
            if (!seen[child]) {
                seen[child] = true;
                path.push(child);
            }
        }
    }

    /** A shortest way round from a node back to itself, the node at both ends; it must lie on a cycle. */
    List<Integer> cycleThrough(int node) {
        Map<Integer, Integer> cameFrom = new HashMap<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(node));
        while (!cameFrom.containsKey(node)) {
            int current = open.remove();
            for (int next : after.get(current)) {
                if (cameFrom.putIfAbsent(next, current) == null) {
                    open.add(next);
                }
            }
        }
        Deque<Integer> cycle = new ArrayDeque<>(List.of(node));
        int step = node;
        do {
            step = cameFrom.getOrDefault(step, node);
            cycle.push(step);
        } while (step != node);
        return List.copyOf(cycle);
    }
}
