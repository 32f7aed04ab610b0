package dev.kvasir.fuzzing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Damages bytes: flips, extreme numbers in length fields, cuts, copies, splices. */
final class ByteMutator {

    private static final long[] EXTREMES = {
        0,
        1,
        2,
        7,
        8,
        0x7f,
        0x80,
        0xff,
        0x100,
        0x7fff,
        0xffff,
        0x10000,
        100_000_001,
        Integer.MAX_VALUE,
        0x80000000L,
        0xffffffffL,
        0x100000000L,
        1L << 40,
        1L << 61,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2,
        -8
    };
    private static final int MAX_SLICE = 64;

    private final RandomGenerator random;

    ByteMutator(RandomGenerator random) {
        this.random = random;
    }

    /**
     * One to four damages, mostly one.
     *
     * @param head most hit the first so many bytes
     * @param other a file to splice from
     */
    byte[] mutate(byte[] valid, int head, byte[] other) {
        byte[] bytes = valid.clone();
        int damages = 1 + random.nextInt(1 + random.nextInt(4));
        for (int i = 0; i < damages; i++) {
            bytes = damage(bytes, head, other);
        }
        return bytes;
    }

    private byte[] damage(byte[] bytes, int head, byte[] other) {
        if (bytes.length == 0) {
            return slice(other, place(other.length, head), MAX_SLICE);
        }
        int at = place(bytes.length, head);
        return switch (random.nextInt(10)) {
            case 0, 1 -> flip(bytes, at);
            case 2 -> number(bytes, at, Long.BYTES);
            case 3 -> number(bytes, at, Integer.BYTES);
            case 4 -> nudge(bytes, at);
            case 5 -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : flip(bytes, at);
            case 6 -> replace(bytes, at, 0, slice(bytes, place(bytes.length, head), MAX_SLICE));
            case 7 -> replace(bytes, at, random.nextInt(MAX_SLICE), new byte[0]);
            case 8 -> replace(bytes, at, random.nextInt(MAX_SLICE), slice(other, place(other.length, head), MAX_SLICE));
            default -> overwrite(bytes, at, slice(bytes, place(bytes.length, head), MAX_SLICE));
        };
    }

    private int place(int length, int head) {
        int bound = random.nextInt(8) == 0 ? length : Math.min(length, head);
        return bound == 0 ? 0 : random.nextInt(bound);
    }

    private byte[] flip(byte[] bytes, int at) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private byte[] nudge(byte[] bytes, int at) {
        bytes[at] = (byte) (bytes[at] + random.nextInt(-4, 5));
        return bytes;
    }

    private byte[] number(byte[] bytes, int at, int width) {
        long value = random.nextBoolean()
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : bytes.length + random.nextLong(-16, 17);
        ByteBuffer number =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
        for (int i = 0; i < width && at + i < bytes.length; i++) {
            bytes[at + i] = number.get(i);
        }
        return bytes;
    }

    private byte[] slice(byte[] from, int at, int max) {
        return Arrays.copyOfRange(from, at, Math.min(from.length, at + 1 + random.nextInt(max)));
    }

    private static byte[] overwrite(byte[] bytes, int at, byte[] with) {
        System.arraycopy(with, 0, bytes, at, Math.min(with.length, bytes.length - at));
        return bytes;
    }

    private static byte[] replace(byte[] bytes, int at, int removed, byte[] with) {
        int rest = Math.min(bytes.length, at + removed);
        byte[] made = new byte[at + with.length + bytes.length - rest];
        System.arraycopy(bytes, 0, made, 0, at);
        System.arraycopy(with, 0, made, at, with.length);
        System.arraycopy(bytes, rest, made, at + with.length, bytes.length - rest);
        return made;
    }
}
