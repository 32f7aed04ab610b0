package dev.kvasir.torch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a TorchScript archive that holds one class {@code M} without attributes. */
final class TorchArchive {
    /** The archive format every libtorch 2.x reads. */
    private static final byte[] VERSION = "10\n".getBytes(StandardCharsets.US_ASCII);

    /** Pickle: PROTO 2, an empty tuple, STOP. */
    private static final byte[] NO_CONSTANTS = HexFormat.of().parseHex("8002292E");

    /** Pickle: PROTO 2, an instance of the global {@code __torch__.M} with an empty state, STOP. */
    private static final byte[] INSTANCE = HexFormat.of().parseHex("8002635F5F746F7263685F5F0A4D0A2981" + "7D622E");

    private static final Pattern UNTYPED_SELF = Pattern.compile("^def (\\w+)\\(self(?=[,)])", Pattern.MULTILINE);

    private TorchArchive() {}

    static InputStream of(String methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            write(zip, "version", VERSION);
            write(zip, "constants.pkl", NO_CONSTANTS);
            write(zip, "data.pkl", INSTANCE);
            write(zip, "code/__torch__.py", classText(methods).getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException("Cannot write into memory.", impossible);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    static String classText(String methods) {
        String typed = UNTYPED_SELF.matcher(methods).replaceAll("def $1(self: __torch__.M");
        return """
                class M(Module):
                  __parameters__ = []
                  __buffers__ = []
                """ + typed.indent(2);
    }

    private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry("program/" + name));
        zip.write(content);
        zip.closeEntry();
    }
}
