package dev.kvasir.cli;

import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchDevices;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a command computes. Mixed into every command that loads a model. */
final class DeviceOption {

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "cpu (the default), or a GPU by its number: cuda:0.")
    private String device = TorchDevice.CPU.name();

    /** The name as given. */
    String name() {
        return device;
    }

    /**
     * The device.
     *
     * @throws CommandFailedException if this machine does not have it
     */
    TorchDevice checked() {
        if (device.equals(TorchDevice.CPU.name())) {
            return TorchDevice.CPU;
        }
        List<String> gpus = TorchDevices.gpus().stream()
                .map(gpu -> TorchDevice.cuda(gpu.index()).name())
                .toList();
        if (!gpus.contains(device)) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE,
                    "There is no device '%s' here; there is cpu%s. A GPU needs libtorch's CUDA build: scripts/cuda/install.sh."
                            .formatted(device, gpus.isEmpty() ? "" : ", " + String.join(", ", gpus)));
        }
        return new TorchDevice(device);
    }
}
