package dev.kvasir.pool;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A worker process.
 *
 * @param state {@code ACTIVE}, {@code DRAINING}, {@code STOPPED} or {@code GONE}: not heard of for long
 * @param running how many islands it holds
 * @param models digest by name of what it can see
 */
public record WorkerRecord(
        String id,
        String name,
        String pool,
        String state,
        String host,
        long pid,
        int slots,
        int running,
        Instant startedAt,
        Instant heartbeatAt,
        List<DeviceRecord> devices,
        Map<String, String> models) {

    public WorkerRecord {
        devices = List.copyOf(devices);
        models = Map.copyOf(models);
    }
}
