package dev.kvasir.fuser;

import dev.kvasir.model.StoredType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A fuser's numbers in memory, as training leaves them.
 *
 * @param layerFusers per layer fuser its tensors by name, row-major; not copied
 */
public record TrainedTensors(List<LayerFuserShape> shapes, List<Map<String, float[]>> layerFusers)
        implements FuserTensors {

    public TrainedTensors {
        shapes = List.copyOf(shapes);
        layerFusers = List.copyOf(layerFusers);
        if (shapes.size() != layerFusers.size()) {
            throw new IllegalArgumentException(
                    "%d shapes for %d layer fusers".formatted(shapes.size(), layerFusers.size()));
        }
    }

    @Override
    public Set<String> names(int layerFuser) {
        return layerFusers.get(layerFuser).keySet();
    }

    @Override
    public List<Long> shape(int layerFuser, String name) {
        List<Long> shape = shapes.get(layerFuser).tensors().get(name);
        if (shape == null) {
            throw new IllegalArgumentException("A layer fuser has no tensor " + name);
        }
        return shape;
    }

    @Override
    public StoredType type(int layerFuser, String name) {
        return StoredType.F32;
    }

    @Override
    public void read(int layerFuser, String name, FloatBuffer target) {
        target.put(values(layerFuser, name));
    }

    @Override
    public ByteBuffer bytes(int layerFuser, String name) {
        float[] values = values(layerFuser, name);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private float[] values(int layerFuser, String name) {
        float[] values = layerFusers.get(layerFuser).get(name);
        if (values == null) {
            throw new IllegalArgumentException("Layer fuser %d holds no %s".formatted(layerFuser, name));
        }
        return values;
    }

    @Override
    public String file(int layerFuser) {
        return "(memory)";
    }

    @Override
    public String key(int layerFuser, String name) {
        return FuserFile.keyOf(layerFuser, name);
    }

    @Override
    public void close() {}
}
