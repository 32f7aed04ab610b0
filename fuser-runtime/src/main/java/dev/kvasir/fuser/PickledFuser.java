package dev.kvasir.fuser;

import dev.kvasir.fuser.FuserInvalidException.Fault;
import dev.kvasir.fuser.pickle.PickleRefusedException;
import dev.kvasir.fuser.pickle.PickledTensors;
import dev.kvasir.model.StoredType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The released layout's {@code projector_<i>.pt} files, read as data. */
final class PickledFuser implements FuserTensors {

    private final List<PickledTensors> files = new ArrayList<>();

    private PickledFuser() {}

    static FuserTensors open(Path folder, int layerFusers) {
        PickledFuser tensors = new PickledFuser();
        try {
            for (int i = 0; i < layerFusers; i++) {
                tensors.files.add(open(folder, ReleasedFuser.pickleFile(i)));
            }
            return tensors;
        } catch (RuntimeException fault) {
            tensors.close();
            throw fault;
        }
    }

    private static PickledTensors open(Path folder, String file) {
        if (!Files.isRegularFile(folder.resolve(file))) {
            throw new FuserInvalidException(
                    Fault.MISSING_FILE, file, "(whole file)", "is not there; every layer fuser needs one");
        }
        try {
            return PickledTensors.open(folder.resolve(file));
        } catch (PickleRefusedException fault) {
            throw new FuserInvalidException(
                    Fault.UNREADABLE, file, fault.key(), fault.fault() + ": " + fault.rule(), fault);
        }
    }

    @Override
    public Set<String> names(int layerFuser) {
        return files.get(layerFuser).names();
    }

    @Override
    public List<Long> shape(int layerFuser, String name) {
        return files.get(layerFuser).shape(name).dimensions();
    }

    @Override
    public StoredType type(int layerFuser, String name) {
        return files.get(layerFuser).type(name);
    }

    @Override
    public void read(int layerFuser, String name, FloatBuffer target) {
        try {
            files.get(layerFuser).readFloats(name, target);
        } catch (PickleRefusedException fault) {
            throw new FuserInvalidException(
                    Fault.UNSUPPORTED_DTYPE, file(layerFuser), fault.key(), fault.rule(), fault);
        }
    }

    @Override
    public ByteBuffer bytes(int layerFuser, String name) {
        return files.get(layerFuser).readBytes(name);
    }

    @Override
    public String file(int layerFuser) {
        return ReleasedFuser.pickleFile(layerFuser);
    }

    @Override
    public String key(int layerFuser, String name) {
        return name;
    }

    @Override
    public void close() {
        files.forEach(PickledTensors::close);
    }
}
