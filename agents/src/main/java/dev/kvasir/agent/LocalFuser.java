package dev.kvasir.agent;

import dev.kvasir.device.Resident;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserInvalidException;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.torch.TorchDevice;

/** A fuser of this machine with its weights in memory. */
record LocalFuser(FuserEntry entry, LoadedFuser weights) implements Resident {

    static LocalFuser load(FuserEntry entry, TorchDevice device) {
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(entry.path())) {
            return new LocalFuser(entry, LoadedFuser.load(checkpoint, LocalModel.TYPE, device));
        } catch (FuserInvalidException refused) {
            throw new AgentException(AgentFault.FUSER_MISMATCH, String.valueOf(refused.getMessage()), refused);
        }
    }

    /** Bytes of its weights once they are loaded, from the checkpoint's headers. */
    static long estimatedBytes(FuserEntry entry) {
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(entry.path())) {
            return checkpoint.description().parameters() * LocalModel.TYPE.bytes();
        } catch (FuserInvalidException refused) {
            throw new AgentException(AgentFault.FUSER_MISMATCH, String.valueOf(refused.getMessage()), refused);
        }
    }

    @Override
    public long bytes() {
        return weights.sizeInBytes();
    }

    @Override
    public void close() {
        weights.close();
    }
}
