package dev.kvasir.torch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a TorchScript archive that holds one class {@code M}, whose only attributes are lists, empty at first. */
final class TorchArchive {
    /** The archive format every libtorch 2.x reads. */
    private static final byte[] VERSION = "10\n".getBytes(StandardCharsets.US_ASCII);

    /** Pickle: PROTO 2, an empty tuple, STOP. */
    private static final byte[] NO_CONSTANTS = HexFormat.of().parseHex("8002292E");

    /** Pickle: PROTO 2, an instance of the global {@code __torch__.M}, an empty dictionary for its state. */
    private static final byte[] INSTANCE = HexFormat.of().parseHex("8002635F5F746F7263685F5F0A4D0A29817D");

    private static final char PICKLE_MARK = '(';
    private static final char PICKLE_TEXT = 'X';
    private static final char PICKLE_EMPTY_LIST = ']';
    private static final char PICKLE_SET_ITEMS = 'u';
    private static final String PICKLE_BUILD_AND_STOP = "b.";

    private static final Pattern UNTYPED_SELF = Pattern.compile("^def (\\w+)\\(self(?=[,)])", Pattern.MULTILINE);

    private TorchArchive() {}

    /** @param lists the type of each list's elements, by the list's name */
    static InputStream of(String methods, SortedMap<String, String> lists) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            write(zip, "version", VERSION);
            write(zip, "constants.pkl", NO_CONSTANTS);
            write(zip, "data.pkl", instance(lists.keySet()));
            write(zip, "code/__torch__.py", classText(methods, lists).getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException("Cannot write into memory.", impossible);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    static String classText(String methods, SortedMap<String, String> lists) {
        String typed = UNTYPED_SELF.matcher(methods).replaceAll("def $1(self: __torch__.M");
        StringBuilder attributes = new StringBuilder();
        lists.forEach((name, element) -> attributes.append("  %s : List[%s]\n".formatted(name, element)));
        return """
                class M(Module):
                  __parameters__ = []
                  __buffers__ = []
                """ + attributes + typed.indent(2);
    }

    private static byte[] instance(Collection<String> lists) {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(INSTANCE);
        if (!lists.isEmpty()) {
            pickle.write(PICKLE_MARK);
            for (String name : lists) {
                byte[] text = name.getBytes(StandardCharsets.UTF_8);
                pickle.write(PICKLE_TEXT);
                pickle.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(text.length)
                        .array());
                pickle.writeBytes(text);
                pickle.write(PICKLE_EMPTY_LIST);
            }
            pickle.write(PICKLE_SET_ITEMS);
        }
        pickle.writeBytes(PICKLE_BUILD_AND_STOP.getBytes(StandardCharsets.US_ASCII));
        return pickle.toByteArray();
    }

    private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry("program/" + name));
        zip.write(content);
        zip.closeEntry();
    }
}
