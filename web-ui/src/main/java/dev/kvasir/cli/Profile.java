package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TorchDevice;

/** How a model computes, as the option {@code --profile} says. */
enum Profile {
    /** 32-bit floats, as the reference does. */
    EXACT,
    /** The quickest kernels of this machine, rounded; the KV cache stays in 32-bit floats. */
    FAST,
    /** 64-bit floats, to check against. */
    DOUBLE;

    LoadedModel load(Checkpoint checkpoint, TorchDevice device) {
        return switch (this) {
            case EXACT -> LoadedModel.load(checkpoint, dev.kvasir.decoder.Profile.EXACT, device);
            case FAST -> LoadedModel.load(checkpoint, dev.kvasir.decoder.Profile.FAST, device);
            case DOUBLE -> {
                if (!device.isCpu()) {
                    throw new CommandFailedException(
                            ExitCode.WRONG_USAGE, "The profile double runs on the processor: leave --device out.");
                }
                yield LoadedModel.load(checkpoint, ElementType.F64);
            }
        };
    }

    /** What caches hold, and fusers compute in. */
    ElementType elementType() {
        return this == DOUBLE ? ElementType.F64 : ElementType.F32;
    }
}
