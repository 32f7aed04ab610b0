package dev.kvasir.device;

/**
 * A device as the pool sees it.
 *
 * @param name like {@code cpu:0}
 * @param capacity bytes that loaded weights, caches and workspace may take together
 */
public record DeviceSlot(String name, long capacity) {

    /** The part of a machine's memory that models may take: the rest is the JVM's and everybody else's. */
    private static final double USABLE = 0.7;

    public DeviceSlot {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity of " + name + " must be positive, not " + capacity);
        }
    }

    /** The machine's processor, with a share of its memory. */
    public static DeviceSlot cpu() {
        if (java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean machine) {
            return new DeviceSlot("cpu:0", (long) (machine.getTotalMemorySize() * USABLE));
        }
        throw new IllegalStateException("This JVM does not tell the machine's memory. Run Kvasir on an OpenJDK build.");
    }
}
