package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.pocket.PocketPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that need no server, each as a process of its own: what they print, where, and how they end. */
class CommandLineIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RECEIVER = "pocket-receiver";

    @TempDir
    private static Path home;

    @TempDir
    private Path folder;

    private record Ended(int code, String out, String err) {}

    @BeforeAll
    static void install() {
        PocketPair.install(home);
    }

    @Test
    void modelsAreListedAndInspected() throws Exception {
        Ended list = kvasir("models", "list", "--json");
        assertThat(list.out()
                        .lines()
                        .map(line -> JSON.readTree(line).path("name").asString()))
                .containsExactlyInAnyOrder(PocketPair.RECEIVER, PocketPair.SHARER);

        Ended inspected = kvasir("models", "inspect", RECEIVER);
        assertThat(inspected.code()).isZero();
        assertThat(inspected.out()).contains("family           llama", "heads", "3 key-value, 16 wide");
    }

    @Test
    void aModelGeneratesAndShowsItsLogits() throws Exception {
        Ended text = kvasir("generate", "-m", RECEIVER, "-p", "What does a kelgat hold?", "--max-tokens", "8");
        assertThat(text.code()).isZero();
        assertThat(text.out()).isEqualTo("pictures\n"); // its guess: the style is the sharer's knowledge

        Ended logits = kvasir("logits", "-m", RECEIVER, "--ids", "5,6,7", "--top", "3", "--json");
        assertThat(logits.code()).isZero();
        assertThat(JSON.readTree(logits.out()).findValues("logit")).hasSize(3);
    }

    @Test
    void aReplyIsHeldToASchemaAndSaysSoIfItWasCut() throws Exception {
        Path schema = folder.resolve("thing.json");
        Files.writeString(schema, """
                {"type": "object", "properties": {"holds": {"enum": ["kelgat", "wexkus"]}, "many": {"type": "integer"}},
                 "required": ["holds", "many"]}""");
        String[] asked = {
            "generate",
            "-m",
            RECEIVER,
            "-p",
            "What does a kelgat hold?",
            "--json-schema",
            schema.toString(),
            "--max-tokens"
        };
        Ended whole = kvasir(with(asked, "100"));
        assertThat(whole.code()).isZero();
        assertThat(JSON.readTree(whole.out()).propertyNames()).containsExactly("holds", "many");

        Ended cut = kvasir(with(asked, "3"));
        assertThat(cut.code()).isEqualTo(1);
        assertThat(cut.err())
                .contains(
                        "The reply ended after 3 tokens, before its JSON was whole. Raise --max-tokens, or ask for less.");

        Files.writeString(schema, "{\"type\": \"array\", \"uniqueItems\": true}");
        Ended refused = kvasir(with(asked, "3"));
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err())
                .contains(
                        "The schema at /uniqueItems: Keyword 'uniqueItems' cannot be forced on a reply. Check it in a later"
                                + " node.");
    }

    private static String[] with(String[] arguments, String last) {
        String[] more = Arrays.copyOf(arguments, arguments.length + 1);
        more[arguments.length] = last;
        return more;
    }

    @Test
    void fusingAnswersWhatTheReceiverAloneCannot() throws Exception {
        Ended fused = kvasir(
                "fuse", "-s", "pocket-sharer", "-r", RECEIVER, "--fuser", "pocket", "-p", "What does a kelgat hold?");

        assertThat(fused.code()).isZero();
        assertThat(fused.out()).isEqualTo("links\n");
    }

    @Test
    void aFuserIsMeasuredBesideItsReceiversPrefill() throws Exception {
        Ended measured =
                kvasir("bench", "--fuser", "pocket", "--tokens", "4,8", "--rounds", "2", "--jvms", "1", "--json");

        assertThat(measured.code()).as(measured.err()).isZero();
        JsonNode report = JSON.readTree(measured.out()).path(0);
        assertThat(report.path("receiver").asString()).isEqualTo(RECEIVER);
        assertThat(report.path("sharer").asString()).isEqualTo(PocketPair.SHARER);
        assertThat(report.at("/lines/1/tokens").asInt()).isEqualTo(8);
        assertThat(report.at("/lines/1/projectPerSecond").asDouble()).isPositive();
        double together = report.at("/lines/1/projectMs/median").asDouble()
                + report.at("/lines/1/fuseMs/median").asDouble();
        assertThat(report.at("/lines/1/share/median").asDouble())
                .isBetween(
                        0.2 * together / report.at("/lines/1/receiverMs/median").asDouble(), 5.0);
        assertThat(kvasir("bench").code()).isEqualTo(ExitCode.WRONG_USAGE.number());
    }

    @Test
    void aTruncatedModelIsRefusedAndNothingOfItStays() throws Exception {
        Path whole = home.resolve("models").resolve(RECEIVER).resolve("model.safetensors");
        Path broken = Files.createDirectory(folder.resolve("broken"));
        try (Stream<Path> files = Files.list(whole.getParent())) {
            for (Path file : files.toList()) {
                Files.copy(file, broken.resolve(file.getFileName()));
            }
        }
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(broken.resolve("model.safetensors"), Arrays.copyOf(bytes, bytes.length / 2));

        Ended added = kvasir("models", "add", "file:" + broken);

        assertThat(added.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(added.err()).startsWith("kvasir: model.safetensors, ").endsWith(ModelInvalidException.REMEDY + "\n");
        assertThat(added.err().lines()).hasSize(1);
        try (Stream<Path> kept = Files.list(home.resolve("models"))) {
            assertThat(kept.map(path -> path.getFileName().toString())
                            .filter(name -> !name.startsWith("pocket-") && !name.startsWith(".")))
                    .isEmpty();
        }
    }

    @Test
    void anUnknownArchitectureIsNamed() throws Exception {
        Path strange = Files.createDirectory(folder.resolve("strange"));
        Files.writeString(strange.resolve("config.json"), "{\"model_type\": \"mamba\"}");

        Ended inspected = kvasir("models", "inspect", strange.toString());

        assertThat(inspected.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(inspected.err()).contains("config.json, model_type: ", "mamba", "llama");
    }

    @Test
    void aFuserThatDoesNotFitThePairIsRefusedWithBothValues() throws Exception {
        Ended fused =
                kvasir("fuse", "-s", RECEIVER, "-r", "pocket-sharer", "--fuser", "pocket", "-p", "What is a kelgat?");

        assertThat(fused.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(fused.err()).matches("(?s)kvasir: .*\\d.*\\d.*\n").doesNotContain("Exception", "\tat ");
    }

    @Test
    void aPromptBeyondTheContextIsRefusedWithBothNumbers() throws Exception {
        Path text = Files.writeString(folder.resolve("long.txt"), "pictures ".repeat(3000));

        Ended generated = kvasir("generate", "-m", RECEIVER, "-f", text.toString());

        assertThat(generated.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(generated.err()).contains("512").matches("(?s)kvasir: .*\\d{4}.*");
        assertThat(generated.out()).isEmpty();
    }

    @Test
    void aDatabaseThatIsDownStopsServerAndWorkerWithOneSentence() throws Exception {
        Map<String, String> nowhere = Map.of("KVASIR_DATABASE_URL", "postgres://kvasir:secret@127.0.0.1:1/kvasir");
        for (String role : List.of("serve", "worker")) {
            Ended ended = kvasir(nowhere, role);

            assertThat(ended.code()).as(role).isEqualTo(ExitCode.NOT_REACHABLE.number());
            assertThat(ended.err().lines()).as(role).hasSize(1);
            assertThat(ended.err())
                    .startsWith("kvasir: The database at jdbc:postgresql://127.0.0.1:1/kvasir cannot be reached: ")
                    .endsWith("Start it, or mend KVASIR_DATABASE_URL.\n")
                    .doesNotContain("secret");
        }
    }

    @Test
    void chatsForTrainingCountFromTheCurrentFolderAndAreToldWithTheirPathIfTheyAreNotThere() throws Exception {
        Files.writeString(folder.resolve("chats.jsonl"), """
                {"messages":[{"role":"user","content":"What colour?"},{"role":"assistant","content":"red"}]}
                """.repeat(12));
        List<String> train = List.of("fuser", "train", "-s", "pocket-sharer", "-r", RECEIVER, "--hidden", "8", "--out");
        Ended there = kvasirIn(folder, with(train, "near", "--data", "chats.jsonl"));
        Ended gone = kvasirIn(folder, with(train, "far", "--data", "gone/chats.jsonl"));

        assertThat(there.err()).contains("Fuser " + home.resolve("fusers/near") + " after 2 steps");
        assertThat(there.code()).isZero();
        assertThat(gone.code()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(gone.err())
                .startsWith("kvasir: There are no training chats at "
                        + folder.toRealPath().resolve("gone/chats.jsonl") + ", or they cannot be read.")
                .doesNotContain("fault of ours");
    }

    @Test
    void whatIsNotThereOrNotUnderstoodHasItsOwnExitCode() throws Exception {
        assertThat(kvasir("frobnicate").code()).isEqualTo(ExitCode.WRONG_USAGE.number());
        assertThat(kvasir("serve").code()).isEqualTo(ExitCode.WRONG_USAGE.number());
        assertThat(kvasir("generate", "-m", "nobody", "-p", "x").code()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(kvasir("fuser", "inspect", "nobody").code()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(kvasir("logits", "-m", RECEIVER, "--ids", "1,99999").code()).isEqualTo(ExitCode.REFUSED.number());
    }

    @Test
    void theDoctorFindsThisMachineWell() throws Exception {
        Ended examined = kvasir("doctor", "--json");

        assertThat(examined.code()).isZero();
        assertThat(examined.out().lines().map(line -> JSON.readTree(line)))
                .allSatisfy(finding -> assertThat(finding.toString()).doesNotContainIgnoringCase("\"fail\""));
    }

    private static String[] with(List<String> arguments, String... more) {
        return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private static Ended kvasir(String... arguments) throws IOException, InterruptedException {
        return kvasir(Map.of(), arguments);
    }

    private static Ended kvasir(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return kvasirIn(Path.of(""), environment, arguments);
    }

    private static Ended kvasirIn(Path current, String... arguments) throws IOException, InterruptedException {
        return kvasirIn(current, Map.of(), arguments);
    }

    private static Ended kvasirIn(Path current, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                KvasirCommand.class.getName()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(home, "out", ".txt");
        Path err = Files.createTempFile(home, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.directory(current.toAbsolutePath().toFile());
        builder.environment().remove("KVASIR_DATABASE_URL");
        builder.environment().put(KvasirHome.VARIABLE, home.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("%s ends", command)
                .isTrue();
        return new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
