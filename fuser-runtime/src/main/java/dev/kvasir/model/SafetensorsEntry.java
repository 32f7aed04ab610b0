package dev.kvasir.model;

/**
 * One tensor of a safetensors file.
 *
 * @param begin first byte, counted from the end of the header
 * @param end the byte after the last
 */
public record SafetensorsEntry(String name, StoredType type, TensorShape shape, long begin, long end) {

    public long sizeInBytes() {
        return end - begin;
    }
}
