package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.TorchDevice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How and where a command computes. */
final class ComputeOptions {

    @Option(
            names = "--profile",
            description = "exact (f32, the default), fast (8-bit and bf16 matrices) or double (f64).")
    private Profile profile = Profile.EXACT;

    @Mixin
    private DeviceOption device = new DeviceOption();

    Profile profile() {
        return profile;
    }

    TorchDevice device() {
        return device.checked();
    }

    /** The model as the options say, which the caller closes. */
    LoadedModel load(Checkpoint checkpoint) {
        return profile.load(checkpoint, device());
    }
}
