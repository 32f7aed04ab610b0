package dev.kvasir.fuser;

import java.nio.file.Path;

/**
 * A fuser in the store.
 *
 * @param folder what {@link FuserCheckpoint#open} takes
 */
public record StoredFuser(String name, Path folder, FuserDescription description) {}
