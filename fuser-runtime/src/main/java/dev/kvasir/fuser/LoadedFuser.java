package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;

import dev.kvasir.fuser.LayerFuser.Side;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fuser in memory, ready to be used between its two models by any number of threads. Closing it frees its weights.
 */
public final class LoadedFuser implements AutoCloseable {

    private final FuserDescription description;
    private final TensorScope scope;
    private final List<LayerFuser> layerFusers;

    /** Owns the scope, in which the layer fusers' parameters lie. */
    LoadedFuser(FuserDescription description, TensorScope scope, List<LayerFuser> layerFusers) {
        this.description = description;
        this.scope = scope;
        this.layerFusers = List.copyOf(layerFusers);
    }

    /** Like {@link #load(FuserCheckpoint, ElementType, TorchDevice)}, for models on the processor. */
    public static LoadedFuser load(FuserCheckpoint checkpoint, ElementType type) {
        return load(checkpoint, type, TorchDevice.CPU);
    }

    /**
     * Reads every number of the checkpoint, which may be closed afterwards.
     *
     * @param type that of the receiver's and the sharer's caches
     * @param device the receiver's
     * @throws FuserInvalidException if a number is infinite or none
     */
    public static LoadedFuser load(FuserCheckpoint checkpoint, ElementType type, TorchDevice device) {
        TensorScope scope = TensorScope.root(device);
        try {
            List<LayerFuser> layerFusers = new ArrayList<>();
            for (int i = 0; i < checkpoint.description().layerFusers().size(); i++) {
                layerFusers.add(new LayerLoader(checkpoint, i, type).load(scope));
            }
            return new LoadedFuser(checkpoint.description(), scope, layerFusers);
        } catch (RuntimeException | Error fault) {
            scope.close();
            throw fault;
        }
    }

    public FuserDescription description() {
        return description;
    }

    /** Bytes of its weights. */
    public long sizeInBytes() {
        return layerFusers.stream()
                .flatMap(layer -> List.of(layer.keys(), layer.values()).stream())
                .flatMap(side -> side.parameters().stream())
                .mapToLong(Tensor::sizeInBytes)
                .sum();
    }

    /** What is fused into a receiver layer; empty if it stays as it is. */
    Optional<MappedLayer> layer(int receiverLayer) {
        LayerLink link = description.layers().get(receiverLayer);
        return link == null
                ? Optional.empty()
                : Optional.of(new MappedLayer(link.sharerLayer(), layerFusers.get(link.layerFuser())));
    }

    @Override
    public void close() {
        scope.close();
        TorchDevices.trim(scope.device());
    }

    /** A layer fuser and the sharer's layer that it reads. */
    record MappedLayer(int sharerLayer, LayerFuser fuser) {}

    private record LayerLoader(FuserCheckpoint checkpoint, int layerFuser, ElementType type) {

        LayerFuser load(TensorScope scope) {
            LayerFuserShape shape = checkpoint.description().layerFusers().get(layerFuser);
            checkpoint.read(layerFuser, "gate_temperature");
            return new LayerFuser(shape, side(scope, shape, "key_"), side(scope, shape, "value_"));
        }

        private Side side(TensorScope scope, LayerFuserShape shape, String prefix) {
            List<Tensor> parameters = new ArrayList<>();
            for (Map.Entry<String, List<Long>> tensor : shape.side(prefix).entrySet()) {
                float[] values = checkpoint.read(layerFuser, tensor.getKey());
                parameters.add(tensor(scope, values, tensor.getValue()));
            }
            return new Side(shape.ablation(), parameters, parameters.getFirst().toDoubles()[0]);
        }

        private Tensor tensor(TensorScope scope, float[] values, List<Long> sizes) {
            long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
            try (TensorScope reading = scope.child()) {
                Tensor read = reading.floats(values, shape);
                return scope.keep(
                        PROGRAM.run(reading, "cast", read, (long) type.code()).getFirst());
            }
        }
    }
}
