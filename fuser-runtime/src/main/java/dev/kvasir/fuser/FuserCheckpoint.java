package dev.kvasir.fuser;

import dev.kvasir.fuser.FuserInvalidException.Fault;
import dev.kvasir.model.ModelConfig;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A fuser as it lies on disk, every name, shape and map checked; its numbers are checked as they are read.
 *
 * <p>Two layouts are read: the one the method's authors publish, and ours, one {@code fuser.safetensors} that describes
 * itself. Closing it unmaps its files.
 */
public final class FuserCheckpoint implements AutoCloseable {

    /** Which files describe it. */
    enum Layout {
        RELEASED,
        OURS
    }

    private final Path folder;
    private final Layout layout;
    private final FuserDescription description;
    private final FuserTensors tensors;

    FuserCheckpoint(Path folder, Layout layout, FuserDescription description, FuserTensors tensors) {
        this.folder = folder;
        this.layout = layout;
        this.description = description;
        this.tensors = tensors;
        try {
            checkTensors();
        } catch (FuserInvalidException fault) {
            tensors.close();
            throw fault;
        }
    }

    /**
     * Opens a folder whose tensors are in {@code fuser.safetensors}.
     *
     * @throws FuserInvalidException if anything in it is not as it must be, or if its tensors are pickled only
     */
    public static FuserCheckpoint open(Path folder) {
        if (Files.isRegularFile(folder.resolve(FuserFile.NAME))) {
            return FuserFile.open(folder);
        }
        boolean pickled = Files.isRegularFile(folder.resolve(ReleasedFuser.pickleFile(0)));
        throw new FuserInvalidException(
                pickled ? Fault.PICKLE_DISABLED : Fault.MISSING_FILE,
                pickled ? ReleasedFuser.pickleFile(0) : FuserFile.NAME,
                "(whole file)",
                pickled
                        ? "pickled weights are not read unless asked for; convert the fuser to safetensors"
                        : "is not there; a fuser's folder needs it");
    }

    /**
     * Opens a released folder by its pickled tensors, of which nothing is executed.
     *
     * @throws FuserInvalidException if anything in it is not as it must be
     */
    public static FuserCheckpoint openPickled(Path folder) {
        FuserDescription description = new ReleasedFuser(folder).describe();
        return new FuserCheckpoint(
                folder,
                Layout.RELEASED,
                description,
                PickledFuser.open(folder, description.layerFusers().size()));
    }

    /** Writes tensors in our layout; the folder is made. */
    public static void write(Path folder, FuserDescription description, FuserTensors tensors) {
        FuserFile.write(folder, description, tensors);
    }

    public FuserDescription description() {
        return description;
    }

    public Path folder() {
        return folder;
    }

    /** SHA-256, in hexadecimal, over description and numbers: equal for one fuser in either layout. */
    public String digest() {
        return FuserDigest.of(description, tensors);
    }

    /** Writes this fuser in our layout. */
    public void save(Path target) {
        write(target, description, tensors);
    }

    /**
     * Writes this fuser as the method's authors publish theirs, numbers as they are; the folder is made. The layout has no place for
     * the ends' digests and numbers of layers.
     *
     * @throws FuserInvalidException if the layout cannot say what this fuser is: its alignment, ablation or types
     */
    public void saveReleased(Path target) {
        new ReleasedFuserWriter(description, tensors).write(target);
    }

    /**
     * Reads one tensor.
     *
     * @throws FuserInvalidException if a number in it is infinite or none
     */
    public float[] read(int layerFuser, String name) {
        long size = tensors.shape(layerFuser, name).stream().reduce(1L, Math::multiplyExact);
        float[] values = new float[Math.toIntExact(size)];
        tensors.read(layerFuser, name, FloatBuffer.wrap(values));
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw fault(Fault.NON_FINITE, layerFuser, name, "element %d is %s".formatted(i, values[i]));
            }
        }
        return values;
    }

    /**
     * Checks that this fuser leads from one model to another.
     *
     * @throws FuserInvalidException naming both values
     */
    public void requireFit(ModelConfig receiver, ModelConfig sharer) {
        boolean released = layout == Layout.RELEASED;
        new FuserFit(
                        description,
                        i -> released ? ReleasedFuser.sizesFile(i) : FuserFile.NAME,
                        released ? ReleasedFuser.MAP : FuserFile.NAME)
                .require(receiver, sharer);
    }

    private void checkTensors() {
        List<LayerFuserShape> shapes = description.layerFusers();
        for (int i = 0; i < shapes.size(); i++) {
            Map<String, List<Long>> expected = shapes.get(i).tensors();
            Set<String> found = tensors.names(i);
            for (Map.Entry<String, List<Long>> tensor : expected.entrySet()) {
                checkTensor(i, tensor.getKey(), tensor.getValue(), found);
            }
            for (String name : found) {
                if (!expected.containsKey(name)) {
                    throw fault(Fault.UNEXPECTED_KEY, i, name, "is no parameter of a layer fuser of " + shapes.get(i));
                }
            }
        }
    }

    private void checkTensor(int layerFuser, String name, List<Long> expected, Set<String> found) {
        if (!found.contains(name)) {
            throw fault(Fault.MISSING_KEY, layerFuser, name, "is missing; it should be of shape " + expected);
        }
        List<Long> shape = tensors.shape(layerFuser, name);
        if (!shape.equals(expected)) {
            throw fault(
                    Fault.SHAPE_MISMATCH,
                    layerFuser,
                    name,
                    "is of shape %s; its layer fuser's sizes say %s".formatted(shape, expected));
        }
    }

    private FuserInvalidException fault(Fault fault, int layerFuser, String name, String rule) {
        return new FuserInvalidException(fault, tensors.file(layerFuser), tensors.key(layerFuser, name), rule);
    }

    @Override
    public void close() {
        tensors.close();
    }
}
