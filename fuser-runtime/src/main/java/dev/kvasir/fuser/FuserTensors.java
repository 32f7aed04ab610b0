package dev.kvasir.fuser;

import dev.kvasir.model.StoredType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;

/** The numbers of a fuser's layer fusers, by layer fuser and by the names of {@link LayerFuserShape#tensors()}. */
public interface FuserTensors extends AutoCloseable {

    /** What is stored for one layer fuser. */
    Set<String> names(int layerFuser);

    List<Long> shape(int layerFuser, String name);

    StoredType type(int layerFuser, String name);

    /** Puts all elements, row-major, widened to float. */
    void read(int layerFuser, String name, FloatBuffer target);

    /** All elements as they are stored, row-major, little-endian. */
    ByteBuffer bytes(int layerFuser, String name);

    /** Where the tensors of one layer fuser lie, relative to the fuser's folder. */
    String file(int layerFuser);

    /** What a tensor is called in that file. */
    String key(int layerFuser, String name);

    @Override
    void close();
}
