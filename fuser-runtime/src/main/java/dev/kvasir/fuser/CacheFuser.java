package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.fuser.LayerFuser.Projection;
import dev.kvasir.fuser.LayerFuser.Side;
import dev.kvasir.fuser.LoadedFuser.MappedLayer;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Overwrites sections of a receiver's cache with what its sharers' caches add, layer by layer.
 *
 * <p>Layers do not depend on one another here: all of a section's keys and values were computed before.
 */
final class CacheFuser implements AutoCloseable {

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

    /** Fuses the positions from {@code start} on that the section covers. */
    void fuse(Section section, int start, KvCache receiver) {
        for (int layer = 0; layer < receiver.layers(); layer++) {
            List<Contribution> contributions = contributions(section, layer);
            if (!contributions.isEmpty()) {
                Span span = new Span(layer, start, start + section.length());
                try (TensorScope step = scope.child()) {
                    fuse(step, span, contributions, receiver);
                }
            }
        }
        tally.fused(section);
    }

    private List<Contribution> contributions(Section section, int layer) {
        List<Contribution> contributions = new ArrayList<>();
        for (int i = 0; i < sharers.size(); i++) {
            Sharer sharer = sharers.get(i);
            Optional<MappedLayer> mapped = sharer.fuser().layer(layer);
            if (section.fuses(i + 1) && mapped.isPresent() && sharer.settings().fuses(layer)) {
                contributions.add(new Contribution(i + 1, sharer, mapped.get()));
            }
        }
        return contributions;
    }

    private void fuse(TensorScope step, Span span, List<Contribution> contributions, KvCache receiver) {
        Tensor keys = receiver.keys(step, span.layer(), span.from(), span.to());
        Tensor values = receiver.values(step, span.layer(), span.from(), span.to());
        if (mode == FusionMode.SEQUENTIAL || contributions.size() == 1) {
            for (Contribution contribution : contributions) {
                // The views show what the one before has written.
                Tensor fusedKeys = fuse(step, span, contribution, Part.KEYS, keys);
                Tensor fusedValues = fuse(step, span, contribution, Part.VALUES, values);
                write(span, receiver, fusedKeys, fusedValues, tally.of(contribution.number()));
            }
            return;
        }
        write(
                span,
                receiver,
                sum(step, span, contributions, Part.KEYS, keys),
                sum(step, span, contributions, Part.VALUES, values),
                tally.joint());
    }

    private static void write(Span span, KvCache receiver, Tensor keys, Tensor values, FusionTally.Part whose) {
        long start = System.nanoTime();
        receiver.write(span.layer(), span.from(), keys, values);
        whose.copied(start);
    }

    /**
     * The receiver's own with everything added that the sharers would change in it. One whose gate is closed changes nothing, so
     * that its being there cannot show in the last bit.
     */
    private Tensor sum(TensorScope step, Span span, List<Contribution> contributions, Part part, Tensor own) {
        List<Contribution> open = new ArrayList<>();
        List<Tensor> fused = new ArrayList<>();
        for (Contribution contribution : contributions) {
            Tensor one = fuse(step, span, contribution, part, own);
            if (contribution.isOpen(part)) {
                open.add(contribution);
                fused.add(one);
            }
        }
        if (fused.size() < 2) {
            return fused.isEmpty() ? own : fused.getFirst();
        }
        Tensor deltas = null;
        for (int i = 0; i < fused.size(); i++) {
            long start = System.nanoTime();
            Tensor delta = PROGRAM.run(step, "difference", fused.get(i), own).getFirst();
            deltas = deltas == null
                    ? delta
                    : PROGRAM.run(step, "sum", deltas, delta).getFirst();
            tally.of(open.get(i).number()).fused(start);
        }
        return deltas == null ? own : PROGRAM.run(step, "sum", own, deltas).getFirst();
    }

    private Tensor fuse(TensorScope step, Span span, Contribution contribution, Part part, Tensor own) {
        Side side = contribution.side(part);
        FusionSettings settings = contribution.sharer().settings();
        boolean isOpen = contribution.isOpen(part);
        FusionTally.Part whose = tally.of(contribution.number());
        whose.gate(isOpen);
        if (!isOpen && watch == null) {
            return own;
        }
        long start = System.nanoTime();
        Tensor shared = contribution.shared(step, span, part);
        Projection projection = side.project(step, shared, own);
        whose.projected(start);
        start = System.nanoTime();
        Tensor fused = side.add(step, own, projection, isOpen ? open : closed, settings.weightScale());
        requireFinite(step, span, contribution, fused);
        if (isOpen) {
            double mean =
                    PROGRAM.run(step, "mean", projection.weight()).getFirst().toDoubles()[0];
            whose.weight(part, mean, span.to() - span.from());
        }
        whose.fused(start);
        if (watch != null) {
            watch.fused(new FusionWatch.Call(
                    span.from(),
                    contribution.number(),
                    span.layer(),
                    part,
                    isOpen,
                    shared,
                    own,
                    projection.features(),
                    fused,
                    projection.weight()));
        }
        return fused;
    }

    private static void requireFinite(TensorScope step, Span span, Contribution contribution, Tensor fused) {
        if (PROGRAM.run(step, "finite", fused).getFirst().toLongs()[0] == 0) {
            throw new NonFiniteFusionException(span.layer(), contribution.number());
        }
    }

    @Override
    public void close() {
        scope.close();
    }

    /** Positions of one receiver layer. */
    private record Span(int layer, int from, int to) {}

    /**
     * A sharer that is fused into a layer.
     *
     * @param number counted from 1
     */
    private record Contribution(int number, Sharer sharer, MappedLayer mapped) {

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
