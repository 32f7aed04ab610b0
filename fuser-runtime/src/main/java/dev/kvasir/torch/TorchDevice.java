package dev.kvasir.torch;

import java.util.regex.Pattern;

/**
 * Where a tensor lies and what computes on it.
 *
 * @param name as torch writes it: {@code cpu}, {@code cuda:0}, {@code meta}
 */
public record TorchDevice(String name) {

    private static final Pattern NAME = Pattern.compile("cpu|meta|cuda:\\d{1,3}");

    /** The processor. */
    public static final TorchDevice CPU = new TorchDevice("cpu");

    /**
     * Shapes and types without numbers. A program that runs here from end to end leaves nothing it makes on the processor, so
     * a GPU can run it too.
     */
    public static final TorchDevice META = new TorchDevice("meta");

    public TorchDevice {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "There is no device '" + name + "'; write cpu, or cuda: and a number, such as cuda:0.");
        }
    }

    /**
     * A GPU of this machine.
     *
     * @param index as CUDA counts, from 0
     */
    public static TorchDevice cuda(int index) {
        return new TorchDevice("cuda:" + index);
    }

    public boolean isCpu() {
        return equals(CPU);
    }

    @Override
    public String toString() {
        return name;
    }
}
