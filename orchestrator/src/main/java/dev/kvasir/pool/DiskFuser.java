package dev.kvasir.pool;

import dev.kvasir.agent.FuserEntry;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserDescription;
import dev.kvasir.fuser.FuserEnd;
import dev.kvasir.fuser.LayerLink;
import dev.kvasir.fuser.StoredFuser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A fuser on this machine, as registered and as agents find it.
 *
 * @param changedAt when its file was last changed, in milliseconds
 */
record DiskFuser(FuserRecord registered, FuserEntry entry, long changedAt) {

    private static final String FILE = "fuser.safetensors";

    static DiskFuser read(StoredFuser fuser) {
        String digest;
        List<Double> gates;
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(fuser.folder())) {
            digest = checkpoint.digest();
            gates = gates(checkpoint);
        }
        FuserDescription description = fuser.description();
        FuserRecord registered = new FuserRecord(
                fuser.name(),
                digest,
                end(description.sharer()),
                end(description.receiver()),
                size(fuser.folder()),
                (int) gates.stream().filter(logit -> logit > 0).count(),
                gates.size(),
                true,
                null,
                null);
        FuserEntry entry = new FuserEntry(
                fuser.name(),
                fuser.folder(),
                description.sharer().model(),
                description.receiver().model(),
                digest);
        return new DiskFuser(registered, entry, changedAt(fuser.folder()));
    }

    /** The logits of all gates, open above 0. */
    private static List<Double> gates(FuserCheckpoint checkpoint) {
        List<Double> logits = new ArrayList<>();
        for (LayerLink link : checkpoint.description().layers().values()) {
            for (String name : List.of("key_gate_logit", "value_gate_logit")) {
                logits.add((double) checkpoint.read(link.layerFuser(), name)[0]);
            }
        }
        return logits;
    }

    /** Whether the file is still the one that was read. */
    boolean isOf(StoredFuser fuser) {
        return changedAt == changedAt(fuser.folder()) && entry.path().equals(fuser.folder());
    }

    private static FuserRecord.End end(FuserEnd end) {
        String digest = end.digest();
        Integer layers = end.layers();
        return new FuserRecord.End(
                end.model(), digest == null ? "" : digest, layers == null ? 0 : layers, end.kvHeads(), end.headDim());
    }

    private static long changedAt(Path folder) {
        try {
            return Files.getLastModifiedTime(folder.resolve(FILE)).toMillis();
        } catch (IOException gone) {
            throw new UncheckedIOException("The fuser in " + folder + " cannot be read", gone);
        }
    }

    private static long size(Path folder) {
        try {
            return Files.size(folder.resolve(FILE));
        } catch (IOException gone) {
            throw new UncheckedIOException("The fuser in " + folder + " cannot be read", gone);
        }
    }
}
