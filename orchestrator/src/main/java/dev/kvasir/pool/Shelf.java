package dev.kvasir.pool;

import java.nio.file.Path;
import java.util.List;

/** The models and fusers that lie on this machine. Reads headers only; nothing is loaded. */
public interface Shelf {

    /** The folder that they lie in, such as {@code ~/.kvasir}. */
    Path home();

    /** Every model, refused ones with their problem. */
    List<ModelRecord> models();

    /** Every fuser, refused ones with their problem. */
    List<FuserRecord> fusers();
}
