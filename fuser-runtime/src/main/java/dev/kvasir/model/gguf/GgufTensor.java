package dev.kvasir.model.gguf;

import dev.kvasir.model.TensorShape;

/**
 * One tensor of a GGUF file.
 *
 * @param shape outermost extent first, the reverse of the file's order
 * @param position first byte in the file
 */
record GgufTensor(String name, GgufType type, TensorShape shape, long position, long sizeInBytes) {

    /** Values a row: the contiguous extent. */
    int rowLength() {
        return Math.toIntExact(shape.extent(shape.rank() - 1));
    }

    long end() {
        return position + sizeInBytes;
    }
}
