package dev.kvasir.run;

import com.sun.management.OperatingSystemMXBean;
import dev.kvasir.pool.DeviceRecord;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** What a worker tells of the machine it runs on. */
final class ThisMachine {

    private ThisMachine() {}

    static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "unknown";
        }
    }

    static long pid() {
        return ProcessHandle.current().pid();
    }

    static String workerName() {
        return host() + "-" + pid();
    }

    /** The processors and the memory, as one device. */
    static List<DeviceRecord> devices() {
        long memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
        String description =
                Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.arch");
        return List.of(new DeviceRecord("cpu:0", "CPU", description, memory));
    }
}
