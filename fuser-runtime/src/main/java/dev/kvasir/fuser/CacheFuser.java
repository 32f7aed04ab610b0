package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.fuser.LayerFuser.Side;
import dev.kvasir.fuser.LoadedFuser.MappedLayer;
import dev.kvasir.fuser.SideBatch.Added;
import dev.kvasir.fuser.SideBatch.Slot;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Overwrites sections of a receiver's cache with what its sharers' caches add, many layers in one call.
 *
 * <p>Layers do not depend on one another here: all of a section's keys and values were computed before.
 */
final class CacheFuser implements AutoCloseable {

    /** Bytes that what is fused at once may take beside the caches, if one layer does not take more. */
    private static final long ROOM = 32L << 20;

    /** Of each number of the cache: projected, fused, and what is between. */
    private static final long TEMPORARIES = 4;

    private final FusionMode mode;
    private final List<Sharer> sharers;
    private final FusionTally tally;
    private final @Nullable FusionWatch watch;
    private final TensorScope scope;
    private final Tensor open;
    private final Tensor closed;

    /** @param device the receiver's, on which all is computed */
    CacheFuser(
            FusionMode mode, List<Sharer> sharers, FusionTally tally, @Nullable FusionWatch watch, TorchDevice device) {
        this.scope = TensorScope.root(device);
        this.open = scope.floats(new float[] {1}, 1, 1, 1, 1);
        this.closed = scope.floats(new float[] {0}, 1, 1, 1, 1);
        this.mode = mode;
        this.sharers = List.copyOf(sharers);
        this.tally = tally;
        this.watch = watch;
    }

    /** Fuses the positions from {@code start} on that the section covers, as many layers at a time as may take room. */
    void fuse(Section section, int start, KvCache receiver) {
        Span span = new Span(start, start + section.length());
        List<List<Contribution>> layers = new ArrayList<>();
        for (int layer = 0; layer < receiver.layers(); layer++) {
            List<Contribution> contributions = contributions(section, layer);
            if (!contributions.isEmpty()) {
                layers.add(contributions);
            }
        }
        int atOnce = atOnce(receiver, section.length());
        for (int from = 0; from < layers.size(); from += atOnce) {
            try (TensorScope step = scope.child()) {
                fuse(step, layers.subList(from, Math.min(layers.size(), from + atOnce)), span, receiver);
            }
        }
        tally.fused(section);
    }

    /** How many layers. */
    private static int atOnce(KvCache receiver, int positions) {
        List<Integer> shape = receiver.shape();
        long numbers = 2L * shape.get(0) * shape.get(1) * positions * shape.get(3);
        long bytes = TEMPORARIES * numbers * receiver.elementType().bytes();
        return Math.clamp(ROOM / bytes, 1, receiver.layers());
    }

    private List<Contribution> contributions(Section section, int layer) {
        List<Contribution> contributions = new ArrayList<>();
        for (int i = 0; i < sharers.size(); i++) {
            Sharer sharer = sharers.get(i);
            Optional<MappedLayer> mapped = sharer.fuser().layer(layer);
            if (section.fuses(i + 1) && mapped.isPresent() && sharer.settings().fuses(layer)) {
                contributions.add(new Contribution(i + 1, sharer, layer, mapped.get()));
            }
        }
        return contributions;
    }

    /** @param layers what is fused into each */
    private void fuse(TensorScope step, List<List<Contribution>> layers, Span span, KvCache receiver) {
        Map<Integer, List<Contribution>> ofSharers = new TreeMap<>();
        layers.forEach(layer -> layer.forEach(contribution -> ofSharers
                .computeIfAbsent(contribution.number(), number -> new ArrayList<>())
                .add(contribution)));
        Own own = new Own(step, span, receiver, new HashMap<>());
        if (mode == FusionMode.SEQUENTIAL) {
            // The views show what the one before has written.
            ofSharers.values().forEach(one -> write(one, fused(step, span, one, own), own));
            return;
        }
        Map<Place, Tensor> fused = new HashMap<>();
        ofSharers.values().forEach(one -> fused.putAll(fused(step, span, one, own)));
        layers.forEach(all -> {
            if (all.size() == 1) {
                write(all, fused, own);
            } else {
                Tensor keys = sum(step, all, Part.KEYS, fused, own);
                write(own, all.getFirst().layer(), keys, sum(step, all, Part.VALUES, fused, own), tally.joint());
            }
        });
    }

    /** What one sharer makes of the receiver's own in some layers; what its closed gates leave alone is not told. */
    private Map<Place, Tensor> fused(TensorScope step, Span span, List<Contribution> contributions, Own own) {
        Sharer sharer = contributions.getFirst().sharer();
        FusionTally.Part whose = tally.of(contributions.getFirst().number());
        long start = System.nanoTime();
        List<Slot> slots = new ArrayList<>();
        for (Contribution contribution : contributions) {
            for (Part part : Part.values()) {
                boolean isOpen = contribution.isOpen(part);
                whose.gate(isOpen);
                if (isOpen || watch != null) {
                    Tensor shared = contribution.shared(step, span, part);
                    int layer = contribution.layer();
                    slots.add(new Slot(layer, part, contribution.side(part), isOpen, shared, own.of(layer, part)));
                }
            }
        }
        Map<Place, Tensor> fused = new HashMap<>();
        if (slots.isEmpty()) {
            return fused;
        }
        SideBatch batch = SideBatch.project(step, slots);
        whose.projected(start);
        start = System.nanoTime();
        List<Added> added = batch.add(step, open, closed, sharer.settings().weightScale());
        int number = contributions.getFirst().number();
        for (Added side : added) {
            if (!side.isFinite()) {
                throw new NonFiniteFusionException(side.slot().layer(), number);
            }
            if (side.slot().isOpen()) {
                whose.weight(side.slot().part(), side.meanWeight(), span.to() - span.from());
                fused.put(new Place(number, side.slot().layer(), side.slot().part()), side.fused());
            }
        }
        whose.fused(start);
        tell(number, span, added);
        return fused;
    }

    private void tell(int number, Span span, List<Added> added) {
        if (watch == null) {
            return;
        }
        for (Added side : added) {
            Slot slot = side.slot();
            watch.fused(new FusionWatch.Call(
                    span.from(),
                    number,
                    slot.layer(),
                    slot.part(),
                    slot.isOpen(),
                    slot.shared(),
                    slot.own(),
                    side.features(),
                    side.fused(),
                    side.weight()));
        }
    }

    /** Writes what one sharer has fused. */
    private void write(List<Contribution> contributions, Map<Place, Tensor> fused, Own own) {
        for (Contribution contribution : contributions) {
            int layer = contribution.layer();
            Tensor keys = fused.get(new Place(contribution.number(), layer, Part.KEYS));
            Tensor values = fused.get(new Place(contribution.number(), layer, Part.VALUES));
            if (keys != null || values != null) {
                write(
                        own,
                        layer,
                        keys == null ? own.of(layer, Part.KEYS) : keys,
                        values == null ? own.of(layer, Part.VALUES) : values,
                        tally.of(contribution.number()));
            }
        }
    }

    private static void write(Own own, int layer, Tensor keys, Tensor values, FusionTally.Part whose) {
        long start = System.nanoTime();
        own.receiver().write(layer, own.span().from(), keys, values);
        whose.copied(start);
    }

    /**
     * The receiver's own with everything added that the sharers would change in it. One whose gate is closed changes nothing, so
     * that its being there cannot show in the last bit.
     */
    private Tensor sum(
            TensorScope step, List<Contribution> contributions, Part part, Map<Place, Tensor> fused, Own own) {
        Tensor before = own.of(contributions.getFirst().layer(), part);
        List<Contribution> open = contributions.stream()
                .filter(contribution -> contribution.isOpen(part))
                .toList();
        if (open.size() < 2) {
            return open.isEmpty() ? before : taken(fused, open.getFirst(), part);
        }
        Tensor deltas = null;
        for (Contribution contribution : open) {
            long start = System.nanoTime();
            Tensor delta = PROGRAM.run(step, "difference", taken(fused, contribution, part), before)
                    .getFirst();
            deltas = deltas == null
                    ? delta
                    : PROGRAM.run(step, "sum", deltas, delta).getFirst();
            tally.of(contribution.number()).fused(start);
        }
        return deltas == null
                ? before
                : PROGRAM.run(step, "sum", before, deltas).getFirst();
    }

    private static Tensor taken(Map<Place, Tensor> fused, Contribution contribution, Part part) {
        return Objects.requireNonNull(
                fused.get(new Place(contribution.number(), contribution.layer(), part)), "An open side is fused.");
    }

    @Override
    public void close() {
        scope.close();
    }

    /** Positions. */
    private record Span(int from, int to) {}

    /**
     * Keys or values of a receiver's layer, by what one sharer makes of them.
     *
     * @param number of the sharer
     */
    private record Place(int number, int layer, Part part) {}

    /** Views of the receiver's own, each asked for once; they show what is written. */
    private record Own(TensorScope step, Span span, KvCache receiver, Map<Place, Tensor> views) {

        Tensor of(int layer, Part part) {
            return views.computeIfAbsent(new Place(0, layer, part), place -> switch (part) {
                case KEYS -> receiver.keys(step, layer, span.from(), span.to());
                case VALUES -> receiver.values(step, layer, span.from(), span.to());
            });
        }
    }

    /**
     * A sharer that is fused into a layer.
     *
     * @param number counted from 1
     */
    private record Contribution(int number, Sharer sharer, int layer, MappedLayer mapped) {

        Side side(Part part) {
            return switch (part) {
                case KEYS -> mapped.fuser().keys();
                case VALUES -> mapped.fuser().values();
            };
        }

        boolean isOpen(Part part) {
            return side(part).open(sharer.settings().gates());
        }

        Tensor shared(TensorScope step, Span span, Part part) {
            KvCache cache = sharer.cache().cache();
            Tensor shared = switch (part) {
                case KEYS -> cache.keys(step, mapped.sharerLayer(), span.from(), span.to());
                case VALUES -> cache.values(step, mapped.sharerLayer(), span.from(), span.to());
            };
            return cache.device().equals(step.device()) ? shared : step.move(shared);
        }
    }
}
