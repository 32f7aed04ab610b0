package dev.kvasir.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kvasir.hub.HubSettings.Patience;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.ModelManifest;
import dev.kvasir.model.ModelStore;
import dev.kvasir.model.ModelStoreException;
import dev.kvasir.model.ModelTerms;
import dev.kvasir.model.StoredModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubPullIT {

    private static final Path MODELS = Path.of("src/test/resources/golden/models/malformed");
    private static final HubReference TINY = HubReference.parse("hf:tiny/model");
    private static final String WEIGHTS = "model.safetensors";
    private static final String TOKEN = "hf_secretsecret";
    private static final Patience SHORT =
            new Patience(3, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(2));

    @TempDir
    private Path home;

    private final TestHub hub = new TestHub();
    private final List<String> said = new ArrayList<>();
    private ModelStore store = new ModelStore(Path.of("unset"));

    @BeforeEach
    void openStore() {
        store = new ModelStore(home.resolve("models"));
        hub.withFolder(MODELS.resolve("base"));
    }

    @AfterEach
    void closeHub() {
        hub.close();
    }

    @Test
    void aModelComesWithItsOriginAndItsTerms() {
        hub.with("LICENSE", "Do as you please.").with("README.md", "---\nlicense: mit\n---\n# Tiny\n");

        StoredModel model = pull(TINY);

        assertThat(model.name()).isEqualTo("model");
        assertThat(model.digest()).isEqualTo(ModelStore.digest(MODELS.resolve("base")));
        ModelManifest manifest = store.manifest("model");
        assertThat(manifest.origin().source()).isEqualTo("hf:tiny/model");
        assertThat(manifest.origin().revision()).isEqualTo("main");
        assertThat(manifest.origin().commit()).isEqualTo(TestHub.COMMIT);
        assertThat(manifest.files())
                .contains(new ModelManifest.Entry(
                        WEIGHTS, hub.content(WEIGHTS).length, TestHub.sha256(hub.content(WEIGHTS))));
        assertThat(manifest.terms().licence()).isEqualTo("apache-2.0");
        assertThat(manifest.terms().documents())
                .contains(new ModelTerms.Document("LICENSE", "Do as you please."))
                .extracting(ModelTerms.Document::file)
                .containsExactly("LICENSE", "README.md");
        assertThat(model.path().resolve("LICENSE")).hasContent("Do as you please.");
        assertThat(drafts()).isEmpty();
    }

    @Test
    void onlyWhatAModelNeedsIsFetched() {
        hub.with("pytorch_model.bin", "x")
                .with("run_me.py", "x")
                .with("onnx/model.onnx", "x")
                .with("tf_model.h5", "x")
                .with("adapter.safetensors", "x");

        pull(TINY);

        assertThat(hub.seen())
                .extracting(TestHub.Seen::path)
                .noneMatch(path -> path.matches(".*(bin|py|onnx|h5|adapter.safetensors)"));
    }

    @Test
    void aConnectionThatIsCutGoesOnWhereItBroke() {
        hub.instead("GET /" + WEIGHTS, hub.cutAfter(WEIGHTS, 1_000));

        StoredModel model = pull(TINY);

        assertThat(hub.rangesOf(WEIGHTS)).hasSize(2).first().isEqualTo("");
        assertThat(hub.rangesOf(WEIGHTS).getLast()).isEqualTo("bytes=1000-");
        assertThat(model.digest()).isEqualTo(ModelStore.digest(MODELS.resolve("base")));
    }

    @Test
    void aPullThatGaveUpGoesOnInTheNextOne() {
        hub.instead("GET /" + WEIGHTS, hub.cutAfter(WEIGHTS, 1_000));
        hub.instead("GET /" + WEIGHTS, repeat(TestHub.status(503), 2));
        assertThat(refusal(TINY).fault()).isEqualTo(HubFault.NOT_REACHABLE);
        assertThat(store.list()).isEmpty();
        hub.forget();

        pull(TINY);

        assertThat(hub.rangesOf(WEIGHTS)).containsExactly("bytes=1000-");
        assertThat(hub.rangesOf("config.json")).isEmpty();
        assertThat(drafts()).isEmpty();
    }

    @Test
    void aConnectionThatKeepsBreakingButBringsMoreEachTimeIsNotGivenUp() {
        byte[] whole = hub.content(WEIGHTS);
        for (int i = 0; i < 8; i++) {
            hub.instead("GET /" + WEIGHTS, piece(100));
        }

        StoredModel model = pull(TINY);

        assertThat(hub.rangesOf(WEIGHTS)).hasSize(9).last().isEqualTo("bytes=800-");
        assertThat(whole.length).isGreaterThan(800);
        assertThat(model.digest()).isEqualTo(ModelStore.digest(MODELS.resolve("base")));
    }

    @Test
    void aFileThatChangedAtTheHubStartsAgain() throws IOException {
        hub.instead("GET /" + WEIGHTS, hub.cutAfter(WEIGHTS, 1_000));
        hub.instead("GET /" + WEIGHTS, repeat(TestHub.status(503), 2));
        refusal(TINY);
        byte[] changed = hub.content(WEIGHTS).clone();
        changed[changed.length - 1] ^= 1;
        hub.with(WEIGHTS, changed).forget();

        StoredModel model = pull(TINY);

        assertThat(hub.rangesOf(WEIGHTS)).containsExactly("");
        assertThat(Files.readAllBytes(model.path().resolve(WEIGHTS))).isEqualTo(changed);
        assertThat(said)
                .contains("model.safetensors has changed at the hub since its download began; it starts again.");
    }

    @Test
    void aHubThatIgnoresRangesSendsTheWholeFileAgain() {
        hub.instead("GET /" + WEIGHTS, hub.cutAfter(WEIGHTS, 1_000), exchange -> {
            hub.describe(exchange, WEIGHTS);
            TestHub.send(exchange, 200, hub.content(WEIGHTS));
        });

        assertThat(pull(TINY).digest()).isEqualTo(ModelStore.digest(MODELS.resolve("base")));
    }

    @Test
    void aHubThatGoesOnAtAnotherByteIsNotBelieved() {
        hub.instead("GET /" + WEIGHTS, hub.cutAfter(WEIGHTS, 1_000), exchange -> {
            hub.describe(exchange, WEIGHTS);
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-99/100");
            TestHub.send(exchange, 206, Arrays.copyOf(hub.content(WEIGHTS), 100));
        });

        assertThat(pull(TINY).digest()).isEqualTo(ModelStore.digest(MODELS.resolve("base")));
        assertThat(hub.rangesOf(WEIGHTS)).containsExactly("", "bytes=1000-", "");
    }

    @Test
    void aWrongChecksumIsRefusedAndTheFileDeleted() {
        byte[] wrong = hub.content(WEIGHTS).clone();
        wrong[wrong.length - 1] ^= 1;
        hub.instead("GET /" + WEIGHTS, exchange -> {
            hub.describe(exchange, WEIGHTS);
            TestHub.send(exchange, 200, wrong);
        });

        assertThat(refusal(TINY))
                .hasMessage(
                        "model.safetensors arrived with SHA-256 %s, but the hub says %s; it was deleted. Run the command again.",
                        TestHub.sha256(wrong), TestHub.sha256(hub.content(WEIGHTS)))
                .extracting(HubException::fault)
                .isEqualTo(HubFault.REFUSED);
        assertThat(store.list()).isEmpty();
        assertThat(pull(TINY).name()).isEqualTo("model");
    }

    @Test
    void aHubThatSendsFewerBytesThanItAnnouncesIsGivenUp() {
        hub.instead("GET /" + WEIGHTS, repeat(hub.cutAfter(WEIGHTS, 10), 3));
        hub.instead("GET /" + WEIGHTS, repeat(TestHub.status(416), 3));
        hub.instead("GET /" + WEIGHTS, repeat(hub.cutAfter(WEIGHTS, 10), 30));

        assertThat(refusal(TINY).fault()).isEqualTo(HubFault.NOT_REACHABLE);
        assertThat(hub.rangesOf(WEIGHTS)).hasSizeLessThan(8);
    }

    @Test
    void aHubThatAnnouncesAnotherSizeThanItListsIsRefused() {
        hub.listing("config.json", 5);

        assertThat(refusal(TINY))
                .hasMessage(
                        "The hub lists config.json with 5 bytes, but announces %d.", hub.content("config.json").length);
    }

    @Test
    void aBodyWithoutEndIsCutOffAtTheListedSize() {
        hub.instead("HEAD /config.json", exchange -> {
            hub.describe(exchange, "config.json");
            exchange.sendResponseHeaders(200, -1);
        });
        hub.instead("GET /config.json", exchange -> {
            hub.describe(exchange, "config.json");
            exchange.sendResponseHeaders(200, 0);
            byte[] block = new byte[1 << 16];
            for (int i = 0; i < 1_000; i++) {
                exchange.getResponseBody().write(block);
            }
        });

        assertThat(refusal(TINY))
                .hasMessage("The hub sends more of config.json than its %d bytes.", hub.content("config.json").length);
    }

    @Test
    void aConnectionThatFallsSilentIsLeftAndGoesOn() {
        hub.instead("GET /" + WEIGHTS, exchange -> {
            hub.cutAfter(WEIGHTS, 500).to(exchange);
            pause(Duration.ofSeconds(6));
        });
        Patience impatient = new Patience(3, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(500));

        pull(TINY, new HubSettings(hub.address(), "", List.of(), impatient));

        assertThat(hub.rangesOf(WEIGHTS)).containsExactly("", "bytes=500-");
        assertThat(said).anyMatch(sentence -> sentence.startsWith("The hub %s fell silent.".formatted(hub.address())));
    }

    @Test
    void namesThatLeadOutOfTheFolderAreRefused() {
        for (String name :
                List.of("../evil.safetensors", "a/../../evil", "/etc/evil", "a\\\\..\\\\evil", "a//b", "./x")) {
            try (TestHub hostile =
                    new TestHub().withFolder(MODELS.resolve("base")).with(name, "evil")) {
                assertThatThrownBy(() -> pull(TINY, settings(hostile)))
                        .isInstanceOf(HubException.class)
                        .hasMessage(
                                "The hub's list of hf:tiny/model@main holds the file name '%s', which leads out of the"
                                        + " repository.",
                                name.replace("\\\\", "\\"));
            }
        }
        assertThat(everything()).noneMatch(path -> path.toString().contains("evil"));
    }

    @Test
    void anIndexThatNamesStrangeFilesIsRefused() {
        for (String name :
                List.of("../../evil.safetensors", "absent.safetensors", "config.json", "sub/x.safetensors")) {
            try (TestHub hostile = new TestHub()
                    .withFolder(MODELS.resolve("base"))
                    .with("sub/x.safetensors", "x")
                    .with("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"%s\"}}".formatted(name))) {
                assertThatThrownBy(() -> pull(TINY, settings(hostile)))
                        .isInstanceOf(HubException.class)
                        .hasMessage("The index of tiny/model names '%s', which is no file of it.", name);
            }
        }
    }

    @Test
    void aRedirectToAPrivateHostIsNotFollowed() {
        try (TestHub inside = new TestHub()) {
            hub.instead("GET /" + WEIGHTS, redirectTo(inside.address() + "/secret"));

            assertThat(refusal(TINY))
                    .hasMessage(
                            "The hub %s redirects to %s, a private address; name it in KVASIR_HUB_HOSTS if it is yours and"
                                    + " meant to be used.",
                            hub.address(), inside.address());
            assertThat(inside.seen()).isEmpty();
        }
    }

    @Test
    void aRedirectAwayFromHttpsIsNotFollowed() {
        for (String target :
                List.of("http://example.org/x", "file:///etc/passwd", "ftp://example.org/x", "https://a@b/")) {
            hub.instead("GET /" + WEIGHTS, redirectTo(target));

            assertThat(refusal(TINY)).hasMessageContaining("which is not https");
        }
    }

    @Test
    void aStorageThatWasNamedIsFollowedButNeverSeesTheToken() {
        try (TestHub storage = new TestHub().withFolder(MODELS.resolve("base"))) {
            hub.instead("HEAD /" + WEIGHTS, exchange -> {
                hub.describe(exchange, WEIGHTS);
                redirectTo(storage.address() + "/tiny/model/resolve/x/" + WEIGHTS)
                        .to(exchange);
            });
            hub.instead("GET /" + WEIGHTS, exchange -> {
                hub.describe(exchange, WEIGHTS);
                redirectTo(storage.address() + "/tiny/model/resolve/x/" + WEIGHTS)
                        .to(exchange);
            });

            pull(TINY, new HubSettings(hub.address(), TOKEN, List.of(storage.host()), SHORT));

            assertThat(hub.seen()).extracting(TestHub.Seen::authorization).containsOnly("Bearer " + TOKEN);
            assertThat(storage.seen()).extracting(TestHub.Seen::authorization).containsOnly("");
        }
    }

    @Test
    void redirectsInARingEnd() {
        hub.instead("HEAD /config.json", repeat(redirectTo(hub.address() + "/x/config.json"), 20));

        assertThat(refusal(TINY)).hasMessage("The hub %s redirects more than 6 times.", hub.address());
    }

    @Test
    void whoMayNotReadIsToldWhatHelps() {
        String list = "GET /api/models/tiny/model/revision/main";
        hub.instead(
                list,
                TestHub.status(401),
                TestHub.status(403, "X-Error-Code", "GatedRepo"),
                TestHub.status(404),
                TestHub.status(404, "X-Error-Code", "RevisionNotFound"),
                TestHub.status(418));

        assertThat(refusal(TINY))
                .hasMessage(
                        "tiny/model does not exist at %s, or is private (401); check the name, or set HF_TOKEN to a token"
                                + " that may read it.",
                        hub.address());
        assertThat(refusal(TINY))
                .hasMessage(
                        "tiny/model is gated (403): accept its terms at %s/tiny/model, then set HF_TOKEN to a token of that"
                                + " account.",
                        hub.address());
        assertThat(refusal(TINY))
                .hasMessage(
                        "There is no model tiny/model with a revision 'main' at %s (404); check owner, name and revision.",
                        hub.address());
        assertThat(refusal(TINY))
                .hasMessage(
                        "tiny/model has no revision 'main' at %s; see %s/tiny/model/commits.",
                        hub.address(), hub.address());
        assertThat(refusal(TINY)).hasMessage("The hub %s answered 418 to tiny/model.", hub.address());
        assertThat(store.list()).isEmpty();
        assertThat(drafts()).isEmpty();
    }

    @Test
    void aTokenThatIsNotTakenIsNeverShown() {
        String list = "GET /api/models/tiny/model/revision/main";
        hub.instead(list, TestHub.status(401), TestHub.status(403));
        HubSettings withToken = new HubSettings(hub.address(), TOKEN, List.of(), SHORT);

        assertThatThrownBy(() -> pull(TINY, withToken))
                .hasMessage(
                        "The hub %s does not take the token in HF_TOKEN (401); make a new one, or unset it for public models.",
                        hub.address());
        assertThatThrownBy(() -> pull(TINY, withToken))
                .hasMessage(
                        "The token in HF_TOKEN may not read tiny/model (403); use one that may, or accept the terms at"
                                + " %s/tiny/model.",
                        hub.address());
        assertThat(withToken.toString()).doesNotContain(TOKEN);
    }

    @Test
    void aHubThatFailsOnceIsAskedAgain() {
        hub.instead(
                "GET /api/models/tiny/model/revision/main",
                TestHub.status(500),
                TestHub.status(429, "Retry-After", "1"));

        pull(TINY);

        assertThat(said)
                .containsExactly(
                        "The hub %s failed (500). Trying again in 0.0 s.".formatted(hub.address()),
                        "The hub %s asks to slow down (429); with HF_TOKEN it allows more. Trying again in 0.0 s."
                                .formatted(hub.address()));
    }

    @Test
    void aHubThatKeepsFailingIsGivenUp() {
        String list = "GET /api/models/tiny/model/revision/main";
        hub.instead(list, repeat(TestHub.status(429), 3));
        assertThat(refusal(TINY))
                .hasMessage(
                        "The hub %s asks to slow down (429); with HF_TOKEN it allows more. It was tried 3 times. Try again"
                                + " later; what has arrived is kept.",
                        hub.address());
        hub.instead(list, repeat(TestHub.status(500), 3));
        assertThat(refusal(TINY))
                .hasMessage(
                        "The hub %s failed (500). It was tried 3 times. Try again later; what has arrived is kept.",
                        hub.address())
                .extracting(HubException::fault)
                .isEqualTo(HubFault.NOT_REACHABLE);
    }

    @Test
    void aHubThatIsNotThereIsNamed() {
        URI gone = hub.address();
        hub.close();

        assertThatThrownBy(() -> pull(TINY, new HubSettings(gone, "", List.of(), SHORT)))
                .isInstanceOf(HubException.class)
                .hasMessage(
                        "The hub %s cannot be reached: it refuses the connection. It was tried 3 times. Check the"
                                + " connection, or name a mirror in HF_ENDPOINT; what has arrived is kept.",
                        gone);
        URI nowhere = URI.create("https://hub.invalid");
        assertThatThrownBy(() -> pull(TINY, new HubSettings(nowhere, "", List.of(), SHORT)))
                .hasMessageStartingWith("The hub https://hub.invalid cannot be reached: its name cannot be resolved.");
    }

    @Test
    void anUnknownArchitectureIsRefusedBeforeItsWeightsAreFetched() {
        hub.with("config.json", "{\"model_type\": \"mamba\"}");

        assertThatThrownBy(() -> pull(TINY)).isInstanceOf(ModelInvalidException.class);

        assertThat(hub.rangesOf(WEIGHTS)).isEmpty();
        assertThat(drafts()).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void weightsThatDoNotFitTheirConfigurationLeaveNothingBehind() throws IOException {
        hub.with(WEIGHTS, Files.readAllBytes(MODELS.resolveSibling("models/gemma3/model.safetensors")));

        assertThatThrownBy(() -> pull(TINY)).isInstanceOf(ModelInvalidException.class);

        assertThat(drafts()).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aTakenNameIsRefusedBeforeAnythingIsFetched() {
        store.add(MODELS.resolve("base.gguf"), "model");

        assertThatThrownBy(() -> pull(TINY)).isInstanceOf(ModelStoreException.class);

        assertThat(hub.seen()).hasSize(1);
    }

    @Test
    void whatIsHereFromTheSameCommitIsNotFetchedAgain() {
        StoredModel first = pull(TINY);
        hub.forget();

        assertThat(pull(TINY)).isEqualTo(first);

        assertThat(hub.seen()).hasSize(1);
    }

    @Test
    void theOnlyGgufOfARepositoryIsTheModel() throws IOException {
        try (TestHub files = new TestHub()
                .with("sub/tiny-q8.gguf", Files.readAllBytes(MODELS.resolve("base.gguf")))
                .with("mmproj-tiny.gguf", "x")
                .with("LICENSE.txt", "Terms.")) {
            StoredModel model = pull(TINY, settings(files));

            assertThat(model.name()).isEqualTo("tiny-q8");
            assertThat(model.digest()).isEqualTo(TestHub.sha256(files.content("sub/tiny-q8.gguf")));
            assertThat(store.manifest("tiny-q8").origin().source()).isEqualTo("hf:tiny/model:sub/tiny-q8.gguf");
            assertThat(store.manifest("tiny-q8").terms().documents())
                    .containsExactly(new ModelTerms.Document("LICENSE.txt", "Terms."));
        }
    }

    @Test
    void ofSeveralGgufsOneMustBeNamed() throws IOException {
        byte[] gguf = Files.readAllBytes(MODELS.resolve("base.gguf"));
        try (TestHub files =
                new TestHub().with("a-q4.gguf", gguf).with("a-q8.gguf", gguf).with("a-00001-of-00002.gguf", gguf)) {
            assertThatThrownBy(() -> pull(TINY, settings(files)))
                    .hasMessage("tiny/model holds 3 GGUF files; name one, as in hf:tiny/model:a-00001-of-00002.gguf."
                            + " They are: a-00001-of-00002.gguf, a-q4.gguf, a-q8.gguf.");
            assertThatThrownBy(() -> pull(TINY.withFile("a-00001-of-00002.gguf"), settings(files)))
                    .hasMessage(
                            "a-00001-of-00002.gguf of tiny/model is one part of a split model; only whole GGUF files"
                                    + " are read.");
            assertThatThrownBy(() -> pull(TINY.withFile("b.gguf"), settings(files)))
                    .hasMessage("tiny/model has no file b.gguf; its GGUF files are: a-00001-of-00002.gguf, a-q4.gguf,"
                            + " a-q8.gguf.");

            assertThat(pull(TINY.withFile("a-q8.gguf"), settings(files)).name()).isEqualTo("a-q8");
        }
    }

    @Test
    void aRepositoryWithoutAModelThatIsReadIsRefused() {
        try (TestHub files = new TestHub().with("pytorch_model.bin", "x").with("config.json", "{}")) {
            assertThatThrownBy(() -> pull(TINY, settings(files)))
                    .hasMessage(
                            "tiny/model holds no model that is read here: neither config.json with model.safetensors"
                                    + " nor a GGUF file.");
        }
    }

    @Test
    void aFileBeyondTheLimitAndADiskTooSmallAreSeenBeforeTheDownload() {
        hub.listing(WEIGHTS, 900_000_000_000_000L);
        assertThatThrownBy(() -> pull(TINY))
                .isInstanceOf(ModelStoreException.class)
                .hasMessageContaining("but 900,000,1");
        hub.listing(WEIGHTS, 20_000_000_001L);
        hub.instead("HEAD /" + WEIGHTS, exchange -> {
            exchange.getResponseHeaders().set("X-Linked-Etag", "x");
            exchange.getResponseHeaders().set("X-Linked-Size", "20000000001");
            exchange.sendResponseHeaders(200, -1);
        });
        assertThatThrownBy(() -> pull(TINY))
                .satisfiesAnyOf(
                        tooLong -> assertThat(tooLong)
                                .hasMessage(
                                        "model.safetensors has 20000000001 bytes; at most 20000000000 are fetched."),
                        tooLittleDisk -> assertThat(tooLittleDisk).hasMessageContaining("bytes free at"));
        assertThat(hub.rangesOf(WEIGHTS)).isEmpty();
    }

    @Test
    void aSmallFileThatIsHugeIsRefusedThoughTheListKeptSilent() {
        hub.listing("tokenizer.json", -1);
        hub.instead("HEAD /tokenizer.json", exchange -> {
            hub.describe(exchange, "tokenizer.json");
            exchange.getResponseHeaders().set("Content-Length", "200000001");
            exchange.sendResponseHeaders(200, -1);
        });

        assertThat(refusal(TINY)).hasMessage("tokenizer.json has 200000001 bytes; at most 200000000 are fetched.");
        assertThat(hub.rangesOf("tokenizer.json")).isEmpty();
    }

    @Test
    void twoPullsOfOneModelDoNotMeet() throws IOException {
        try (PullFolder held = PullFolder.open(store.folder(), settings(hub), TINY)) {
            assertThat(held).isNotNull();
            assertThat(refusal(TINY)).hasMessage("hf:tiny/model@main is being pulled by another command; wait for it.");
        }
        assertThat(pull(TINY).name()).isEqualTo("model");
    }

    private static HubSettings settings(TestHub hub) {
        return new HubSettings(hub.address(), "", List.of(), SHORT);
    }

    private StoredModel pull(HubReference reference) {
        return pull(reference, settings(hub));
    }

    private StoredModel pull(HubReference reference, HubSettings settings) {
        return new HubPull(settings, store, new Listener()).pull(reference, "");
    }

    private HubException refusal(HubReference reference) {
        return catchThrowableOfType(HubException.class, () -> pull(reference));
    }

    private final class Listener implements PullWatch {

        @Override
        public void reached(HubFile file, long bytes, long size) {
            assertThat(bytes).isLessThanOrEqualTo(size);
        }

        @Override
        public void says(String sentence) {
            said.add(sentence);
        }
    }

    /** Sends some more of the file, then breaks. */
    private TestHub.Answer piece(int bytes) {
        return exchange -> {
            hub.describe(exchange, WEIGHTS);
            byte[] whole = hub.content(WEIGHTS);
            String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
            int from = range.equals("null") ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, whole.length - 1, whole.length));
            exchange.sendResponseHeaders(from == 0 ? 200 : 206, whole.length - from);
            exchange.getResponseBody().write(whole, from, bytes);
            exchange.getResponseBody().flush();
        };
    }

    private static TestHub.Answer redirectTo(String target) {
        return exchange -> {
            exchange.getResponseHeaders().set("Location", target);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    private static TestHub.Answer[] repeat(TestHub.Answer answer, int times) {
        TestHub.Answer[] answers = new TestHub.Answer[times];
        Arrays.fill(answers, answer);
        return answers;
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Path> drafts() {
        return everything().stream()
                .filter(path -> path.toString().contains(".pulling-"))
                .toList();
    }

    private List<Path> everything() {
        if (!Files.exists(store.folder())) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(store.folder())) {
            return paths.toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
