package dev.kvasir.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class TorchArchiveTest {
    private static final SortedMap<String, String> NO_LISTS = new TreeMap<>();

    @Test
    void holdsVersionConstantsModuleAndCode() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(TorchArchive.of("def f(self) -> int:\n  return 1\n", NO_LISTS))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }

        assertThat(entries.keySet())
                .containsExactly(
                        "program/version", "program/constants.pkl", "program/data.pkl", "program/code/__torch__.py");
        assertThat(entries.get("program/version"))
                .isEqualTo("10\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(HexFormat.of().formatHex(entries.get("program/constants.pkl")))
                .isEqualTo("8002292e");
        assertThat(HexFormat.of().formatHex(entries.get("program/data.pkl")))
                .isEqualTo("8002635f5f746f7263685f5f0a4d0a2981" + "7d622e");
    }

    @Test
    void theMethodsBecomeMethodsOfTheClass() {
        assertThat(TorchArchive.classText(
                        "def f(self) -> int:\n  return 1\ndef g(self, x: int) -> int:\n  return x\n", NO_LISTS))
                .isEqualTo("""
                        class M(Module):
                          __parameters__ = []
                          __buffers__ = []
                          def f(self: __torch__.M) -> int:
                            return 1
                          def g(self: __torch__.M, x: int) -> int:
                            return x
                        """);
    }
}
