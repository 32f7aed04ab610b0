package dev.kvasir.device;

import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchDevices;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * A device as the pool sees it.
 *
 * @param name like {@code cpu:0} or {@code cuda:1}
 * @param capacity bytes that weights, caches and workspace may take together: nine tenths of what models may have
 */
public record DeviceSlot(String name, long capacity) {

    public DeviceSlot {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity of " + name + " must be positive, not " + capacity);
        }
    }

    /** This machine's slots: one for each GPU, else one for its processor. */
    public static List<DeviceSlot> ofThisMachine() {
        List<DeviceSlot> gpus =
                TorchDevices.gpus().stream().map(DeviceSlot::gpu).toList();
        return gpus.isEmpty() ? List.of(cpu()) : gpus;
    }

    /** What the slot's tensors lie on. */
    public TorchDevice torchDevice() {
        return name.startsWith("cpu") ? TorchDevice.CPU : new TorchDevice(name);
    }

    /** A GPU, with what was free on it: other processes hold the rest. */
    static DeviceSlot gpu(TorchDevices.Gpu gpu) {
        return new DeviceSlot("cuda:" + gpu.index(), usable(gpu.freeBytes()));
    }

    /** The machine's processor, with the memory that its JVM's heap cannot grow into. */
    public static DeviceSlot cpu() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine) {
            return cpu(machine.getTotalMemorySize(), Runtime.getRuntime().maxMemory());
        }
        throw new IllegalStateException("This JVM does not tell the machine's memory. Run Kvasir on an OpenJDK build.");
    }

    /** A heap that may take nearly all leaves a quarter: it rarely does, and with nothing no model would run. */
    static DeviceSlot cpu(long machineBytes, long heapBytes) {
        return new DeviceSlot("cpu:0", usable(Math.max(machineBytes - heapBytes, machineBytes / 4)));
    }

    /** A tenth is for what no estimate knows of: allocators' fragments, caches of kernels, the rest of the process. */
    private static long usable(long bytes) {
        return bytes / 10 * 9;
    }
}
