package dev.kvasir.pool;

/**
 * A device of a worker.
 *
 * @param name like {@code cpu:0} or {@code cuda:0}
 * @param kind {@code CPU} or {@code CUDA}
 */
public record DeviceRecord(String name, String kind, String description, long memoryInBytes) {}
