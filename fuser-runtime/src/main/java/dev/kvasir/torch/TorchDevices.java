package dev.kvasir.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.stream.IntStream;

/** The GPUs that this process's libtorch can compute on. */
public final class TorchDevices {

    private TorchDevices() {}

    /**
     * A GPU and its memory as the driver tells it now.
     *
     * @param index as CUDA counts, from 0
     * @param totalBytes of the whole card
     * @param freeBytes that no process has taken yet; what libtorch keeps for itself counts as taken
     */
    public record Gpu(int index, long totalBytes, long freeBytes) {

        public Gpu {
            if (index < 0 || freeBytes < 0 || totalBytes < freeBytes) {
                throw new IllegalArgumentException(
                        "GPU %d cannot have %d of %d bytes free.".formatted(index, freeBytes, totalBytes));
            }
        }
    }

    /** Starts libtorch; empty where it was built without CUDA or no card is there. */
    public static List<Gpu> gpus() {
        Engine engine = LibTorch.get().engine();
        if (!engine.hasCapability(StandardCapabilities.CUDA)) {
            return List.of();
        }
        return IntStream.range(0, CudaUtils.getGpuCount())
                .mapToObj(TorchDevices::gpu)
                .toList();
    }

    /** Gives what libtorch keeps for later tensors back to the driver; a processor's memory is given back at once anyway. */
    public static void trim(TorchDevice device) {
        if (device.name().startsWith("cuda")) {
            JniUtils.emptyCudaCache();
        }
    }

    private static Gpu gpu(int index) {
        MemoryUsage memory = CudaUtils.getGpuMemory(Device.gpu(index));
        return new Gpu(index, memory.getMax(), memory.getMax() - memory.getUsed());
    }
}
