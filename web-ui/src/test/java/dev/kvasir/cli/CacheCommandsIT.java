package dev.kvasir.cli;

import static dev.kvasir.cli.InProcess.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.InProcess.Ran;
import dev.kvasir.pocket.PocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The cache commands as a user runs them, on the pocket pair. */
class CacheCommandsIT {

    private static final String IDS = "5,9,20,7,8,3,44,12,90";
    private static final String MORE = "31,17";

    @TempDir
    private static Path home;

    private static String model;
    private static String sharer;

    @TempDir
    private Path folder;

    @BeforeAll
    static void install() {
        PocketPair.install(home);
        model = home.resolve("models").resolve(PocketPair.RECEIVER).toString();
        sharer = home.resolve("models").resolve(PocketPair.SHARER).toString();
    }

    @Test
    void generatingBehindASavedCacheIsGeneratingBehindItsText() {
        String file = save("--ids", IDS);
        Ran whole =
                run("generate", "-m", model, "--ids", IDS + "," + MORE, "--max-tokens", "8", "--ignore-end", "--json");
        Ran cached = run(
                "generate", "-m", model, "--cache", file, "--ids", MORE, "--max-tokens", "8", "--ignore-end", "--json");

        assertThat(cached.err()).isEmpty();
        assertThat(json(cached).get("ids")).isEqualTo(json(whole).get("ids")).hasSize(8);
        assertThat(json(cached).get("promptTokens").asInt()).isEqualTo(11);
        assertThat(json(cached).get("cachedTokens").asInt()).isEqualTo(9);
        assertThat(json(whole).get("cachedTokens").asInt()).isZero();
    }

    @Test
    void aTextIsGoneOnWithRaw() {
        String file = save("-p", "Write");
        Ran whole = run("generate", "-m", model, "--raw", "-p", "Write \"river\" as a", "--max-tokens", "5");
        Ran cached = run("generate", "-m", model, "--cache", file, "-p", " \"river\" as a", "--max-tokens", "5");

        assertThat(cached.exitCode()).isZero();
        assertThat(cached.out()).isEqualTo(whole.out()).isNotBlank();
    }

    @Test
    void codecsShrinkTheFile() {
        JsonNode plain = json(run("cache", "save", "-m", model, "--ids", IDS, "--out", out("a"), "--json"));
        JsonNode bytes =
                json(run("cache", "save", "-m", model, "--ids", IDS, "--out", out("b"), "--codec", "int8", "--json"));
        JsonNode halves =
                json(run("cache", "save", "-m", model, "--ids", IDS, "--out", out("c"), "--codec", "INT4", "--json"));

        // 4 layers, keys and values, 3 heads of 16: 64 bytes a vector, 16 + 4, and 8 + 4
        assertThat(plain.get("storedBytes").asLong())
                .isEqualTo(9 * 24 * 64)
                .isEqualTo(plain.get("plainBytes").asLong());
        assertThat(bytes.get("storedBytes").asLong()).isEqualTo(9 * 24 * 20);
        assertThat(halves.get("storedBytes").asLong()).isEqualTo(9 * 24 * 12);
        assertThat(halves.get("codec").asString()).isEqualTo("int4");
        Ran cached = run("generate", "-m", model, "--cache", out("c"), "--ids", MORE, "--max-tokens", "2");
        assertThat(cached.exitCode()).isZero();
    }

    @Test
    void inspectShowsWhatACacheIsTheCacheOf() {
        String file = save("--ids", IDS);
        Ran lines = run("cache", "inspect", file, "--ids");
        JsonNode shown = json(run("cache", "inspect", file, "--json"));

        assertThat(lines.exitCode()).isZero();
        assertThat(lines.out())
                .contains("model           pocket-receiver, 4 layers, 3 key-value heads, 16 wide")
                .contains("tokens          9 from position 0")
                .contains("lineage         plain")
                .contains("ids             [5, 9, 20, 7, 8, 3, 44, 12, 90]");
        assertThat(shown.get("tokens").asInt()).isEqualTo(9);
        assertThat(shown.get("profile").asString()).isEqualTo("exact");
        assertThat(shown.get("identity").asString()).hasSize(64);
        assertThat(shown.has("ids")).isFalse();
    }

    @Test
    void aCacheOfAnotherModelOrProfileIsRefused() {
        String file = save("--ids", IDS);

        assertRefused(
                run("generate", "-m", sharer, "--cache", file, "--ids", MORE),
                "kvasir: The cache cache.safetensors cannot be used: its model is 'pocket-receiver', but here it must be"
                        + " 'pocket-sharer'; load the model under the name it was saved with, or save the cache again.");
        assertRefused(
                run("generate", "-m", model, "--cache", file, "--ids", MORE, "--profile", "fast"),
                "kvasir: The cache cache.safetensors cannot be used: its profile is 'exact', but here it must be 'fast';"
                        + " load the model with that profile, or save the cache again.");
    }

    @Test
    void aTenantsCacheNeedsTheTenantsSalt() throws IOException {
        String salt =
                Files.writeString(folder.resolve("salt"), "0123456789abcdef\n").toString();
        String other =
                Files.writeString(folder.resolve("other"), "fedcba9876543210").toString();
        String empty = Files.writeString(folder.resolve("empty"), " ").toString();
        String file = save("--ids", IDS, "--salt-file", salt);
        List<String> go = List.of("generate", "-m", model, "--cache", file, "--ids", MORE, "--max-tokens", "1");

        assertThat(run(go, "--salt-file", salt).exitCode()).isZero();
        assertThat(run(go, "--salt-file", other).err()).contains("its tenant_salt_sha256 is '");
        assertThat(run(go).err()).contains("give that tenant's salt");
        assertRefused(
                run(go, "--salt-file", empty), "kvasir: The salt file " + empty + " is empty; put a secret into it.");
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        Path file = Path.of(save("--ids", IDS));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThat(run("cache", "inspect", file.toString()))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(5))
                .satisfies(ran -> assertThat(ran.err().lines())
                        .singleElement()
                        .asString()
                        .contains("its data_sha256 is '", "the file was damaged or changed after it was saved"));
        Files.writeString(file, "no cache");
        assertThat(run("cache", "inspect", file.toString()).exitCode()).isEqualTo(5);
    }

    @Test
    void aCommandThatCannotWorkSaysWhyInOneSentence() {
        Ran missing = run("cache", "inspect", "/no/such.safetensors");
        assertThat(missing).isEqualTo(new Ran(4, "", "kvasir: There is no cache /no/such.safetensors.\n"));
        assertThat(run("cache", "save", "-m", model, "--ids", IDS, "--out", "/no/such/folder/x"))
                .isEqualTo(new Ran(
                        4, "", "kvasir: /no/such/folder/x is no file in a folder that exists; give --out FILE.\n"));
        assertThat(run("cache", "save", "-m", model, "--out", out("x")).exitCode())
                .isEqualTo(2);
        assertThat(run("cache", "save", "-m", model, "--ids", IDS, "--out", out("x"), "--codec", "int2")
                        .exitCode())
                .isEqualTo(2);
        assertThat(run("cache", "save", "-m", model, "--ids", "5,99999", "--out", out("x")))
                .isEqualTo(new Ran(5, "", "kvasir: pocket-receiver has no token 99999; its vocabulary has 1216.\n"));
        assertThat(run("generate", "-m", model, "--ids", IDS, "--salt-file", out("x")))
                .isEqualTo(new Ran(2, "", "kvasir: --salt-file goes with --cache FILE.\n"));
        assertThat(run("cache").exitCode()).isEqualTo(2);
        assertThat(Path.of(out("x"))).doesNotExist();
    }

    private String save(String... arguments) {
        String file = out("cache");
        Ran saved = run(List.of("cache", "save", "-m", model, "--out", file), arguments);
        assertThat(saved.err()).isEmpty();
        assertThat(saved.exitCode()).isZero();
        return file;
    }

    private String out(String name) {
        return folder.resolve(name + ".safetensors").toString();
    }

    private static void assertRefused(Ran ran, String sentence) {
        assertThat(ran).isEqualTo(new Ran(5, "", sentence + "\n"));
    }

    private static JsonNode json(Ran ran) {
        return JsonMapper.shared().readTree(ran.out());
    }
}
