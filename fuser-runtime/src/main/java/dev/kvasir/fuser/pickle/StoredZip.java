package dev.kvasir.fuser.pickle;

import dev.kvasir.model.ModelFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A zip archive whose entries are stored as they are, as {@code torch.save} writes it. Central directory and local
 * headers must agree, entries must lie apart and inside the file, names are unique and below one folder.
 */
final class StoredZip {

    /** Where an entry's bytes lie in the file. */
    record Entry(String name, long position, long length) {}

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final long MAX_DIRECTORY = 4 << 20;
    private static final int ENCRYPTED = 1;

    private final ModelFile file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long directoryStart;

    private StoredZip(ModelFile file) {
        this.file = file;
        readDirectory();
        checkOverlap();
    }

    static StoredZip read(ModelFile file) {
        return new StoredZip(file);
    }

    Map<String, Entry> entries() {
        return entries;
    }

    private record Directory(long start, long bytes, long count) {}

    private void readDirectory() {
        Directory directory = directory();
        directoryStart = directory.start();
        if (directory.bytes() > MAX_DIRECTORY
                || directory.start() < 0
                || directory.bytes() < 0
                || directory.start() > file.size() - directory.bytes()) {
            throw bad("directory", "does not lie inside the file");
        }
        ByteBuffer bytes = bytes(directory.start(), (int) directory.bytes());
        for (long i = 0; i < directory.count(); i++) {
            Entry entry = readEntry(bytes);
            if (entries.put(entry.name(), entry) != null) {
                throw bad(entry.name(), "is there twice");
            }
        }
        if (bytes.hasRemaining()) {
            throw bad("directory", "is longer than its entries");
        }
    }

    private Directory directory() {
        if (file.size() < END_BYTES) {
            throw bad("end", "the file is too short for a zip archive");
        }
        long endStart = file.size() - END_BYTES;
        ByteBuffer end = bytes(endStart, END_BYTES);
        if (end.getInt(0) != END_SIGNATURE) {
            throw bad("end", "the file does not end as a zip archive without a comment does");
        }
        Directory end64 = endStart < LOCATOR_BYTES ? null : directory64(endStart - LOCATOR_BYTES);
        if (end64 != null) {
            return end64;
        }
        return new Directory(
                Integer.toUnsignedLong(end.getInt(16)),
                Integer.toUnsignedLong(end.getInt(12)),
                Short.toUnsignedLong(end.getShort(10)));
    }

    private @Nullable Directory directory64(long locatorStart) {
        ByteBuffer locator = bytes(locatorStart, LOCATOR_BYTES);
        if (locator.getInt(0) != LOCATOR_SIGNATURE) {
            return null;
        }
        long start = locator.getLong(8);
        if (start < 0 || start > locatorStart - END64_BYTES) {
            throw bad("end", "the zip64 record does not lie inside the file");
        }
        ByteBuffer end = bytes(start, END64_BYTES);
        if (end.getInt(0) != END64_SIGNATURE) {
            throw bad("end", "there is no zip64 record where one is announced");
        }
        return new Directory(end.getLong(48), end.getLong(40), end.getLong(32));
    }

    private Entry readEntry(ByteBuffer directory) {
        int at = directory.position();
        if (directory.remaining() < CENTRAL_BYTES || directory.getInt(at) != CENTRAL_SIGNATURE) {
            throw bad("directory", "has fewer entries than announced");
        }
        int nameBytes = Short.toUnsignedInt(directory.getShort(at + 28));
        int extraBytes = Short.toUnsignedInt(directory.getShort(at + 30));
        int commentBytes = Short.toUnsignedInt(directory.getShort(at + 32));
        if (directory.remaining() - CENTRAL_BYTES < nameBytes + extraBytes + commentBytes) {
            throw bad("directory", "is cut");
        }
        String name = name(directory, at + CENTRAL_BYTES, nameBytes);
        if ((directory.getShort(at + 8) & ENCRYPTED) != 0 || directory.getShort(at + 10) != 0) {
            throw bad(name, "is compressed or encrypted; entries must be stored as they are");
        }
        long[] sizes = {
            Integer.toUnsignedLong(directory.getInt(at + 24)),
            Integer.toUnsignedLong(directory.getInt(at + 20)),
            Integer.toUnsignedLong(directory.getInt(at + 42))
        };
        widen(directory, at + CENTRAL_BYTES + nameBytes, extraBytes, sizes);
        directory.position(at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes);
        if (sizes[0] != sizes[1]) {
            throw bad(name, "has two different sizes");
        }
        return locate(name, sizes[2], sizes[0]);
    }

    /** Takes from the zip64 extra field what did not fit 32 bits: size, compressed size, local header. */
    private static void widen(ByteBuffer directory, int extra, int extraBytes, long[] sizes) {
        int at = extra;
        while (at + 4 <= extra + extraBytes) {
            int length = Short.toUnsignedInt(directory.getShort(at + 2));
            int end = Math.min(at + 4 + length, extra + extraBytes);
            if (directory.getShort(at) == 1) {
                int field = at + 4;
                for (int i = 0; i < sizes.length; i++) {
                    if (sizes[i] == 0xffffffffL && field + Long.BYTES <= end) {
                        sizes[i] = directory.getLong(field);
                        field += Long.BYTES;
                    }
                }
            }
            at += 4 + length;
        }
    }

    private Entry locate(String name, long headerStart, long length) {
        if (headerStart < 0 || headerStart > directoryStart - LOCAL_BYTES) {
            throw bad(name, "begins outside the file");
        }
        ByteBuffer header = bytes(headerStart, LOCAL_BYTES);
        int nameBytes = Short.toUnsignedInt(header.getShort(26));
        long position = headerStart + LOCAL_BYTES + nameBytes + Short.toUnsignedInt(header.getShort(28));
        if (header.getInt(0) != LOCAL_SIGNATURE || header.getShort(8) != 0 || position > directoryStart) {
            throw bad(name, "has no proper header of its own");
        }
        if (length < 0 || length > directoryStart - position) {
            throw bad(
                    name, "announces %s bytes, which the file does not have".formatted(Long.toUnsignedString(length)));
        }
        String own = name(bytes(headerStart + LOCAL_BYTES, nameBytes), 0, nameBytes);
        if (!own.equals(name)) {
            throw bad(name, "is called %s in its own header".formatted(own));
        }
        return new Entry(name, position, length);
    }

    private String name(ByteBuffer bytes, int at, int length) {
        byte[] raw = new byte[length];
        bytes.get(at, raw);
        String name = new String(raw, StandardCharsets.UTF_8);
        if (!name.matches("[\\w+ .-]{1,100}(/[\\w.-]{1,100}){1,3}")
                || List.of(name.split("/")).contains("..")) {
            throw bad(name.replaceAll("\\p{Cntrl}", "?"), "is not an entry's name that is read");
        }
        return name;
    }

    private void checkOverlap() {
        List<Entry> inOrder = new ArrayList<>(entries.values());
        inOrder.sort(Comparator.comparingLong(Entry::position));
        for (int i = 1; i < inOrder.size(); i++) {
            Entry before = inOrder.get(i - 1);
            if (before.position() + before.length() > inOrder.get(i).position()) {
                throw bad(inOrder.get(i).name(), "shares bytes with " + before.name());
            }
        }
    }

    private ByteBuffer bytes(long position, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(bytes, position);
        return bytes.flip();
    }

    private PickleRefusedException bad(String key, String rule) {
        return new PickleRefusedException(PickleFault.BAD_ZIP, file.name(), key, rule);
    }
}
