package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;

import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.fuser.LayerFuser.Side;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Sides of one fuser's layers, computed in one call each for projecting and adding: what a call costs beside its arithmetic would
 * otherwise be paid for each side.
 */
final class SideBatch {

    private final List<Slot> slots;
    private final List<Tensor> projected;

    /**
     * One side of a layer.
     *
     * @param isOpen its gate
     * @param shared the sharer's {@code [rows, sharerKvHeads, n, sharerHeadDim]}
     * @param own the receiver's {@code [rows, kvHeads, n, headDim]}
     */
    record Slot(int layer, Part part, Side side, boolean isOpen, Tensor shared, Tensor own) {}

    private SideBatch(List<Slot> slots, List<Tensor> projected) {
        this.slots = slots;
        this.projected = projected;
    }

    /** Takes the sharer's features through the layer fusers; what comes out lives in the scope. */
    static SideBatch project(TensorScope scope, List<Slot> slots) {
        List<Tensor> parameters = slots.stream()
                .flatMap(slot -> slot.side().parameters().stream())
                .toList();
        long[] counts = slots.stream()
                .mapToLong(slot -> slot.side().parameters().size())
                .toArray();
        List<Tensor> projected = PROGRAM.run(
                scope,
                "project_all",
                slots.stream().map(Slot::shared).toList(),
                slots.stream().map(Slot::own).toList(),
                parameters,
                counts,
                flags(slots, slot -> slot.side().ablation().readsReceiver()),
                flags(slots, slot -> slot.side().ablation().weighted()));
        return new SideBatch(List.copyOf(slots), projected);
    }

    /**
     * Adds what was projected to the receiver's own.
     *
     * @param open a gate of 1, {@code [1, 1, 1, 1]}
     * @param closed a gate of 0
     * @param scale of every weight
     */
    List<Added> add(TensorScope scope, Tensor open, Tensor closed, double scale) {
        List<Tensor> fused = PROGRAM.run(
                scope,
                "add_all",
                slots.stream().map(Slot::own).toList(),
                projected,
                slots.stream().map(slot -> slot.isOpen() ? open : closed).toList(),
                flags(slots, slot -> slot.side().ablation() == Ablation.PROJECTION),
                scale);
        double[] checks = fused.getLast().toDoubles();
        List<Added> added = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            added.add(new Added(
                    slots.get(i),
                    projected.get(2 * i),
                    projected.get(2 * i + 1),
                    fused.get(i),
                    checks[2 * i] != 0,
                    checks[2 * i + 1]));
        }
        return added;
    }

    /**
     * What became of a side.
     *
     * @param features {@code [rows, kvHeads, n, headDim]}
     * @param weight {@code [rows, kvHeads, n, 1]}, in (0, 1)
     * @param meanWeight over rows, heads and positions, before any scale
     */
    record Added(Slot slot, Tensor features, Tensor weight, Tensor fused, boolean isFinite, double meanWeight) {}

    private static long[] flags(List<Slot> slots, Predicate<Slot> flag) {
        return slots.stream().mapToLong(slot -> flag.test(slot) ? 1 : 0).toArray();
    }
}
