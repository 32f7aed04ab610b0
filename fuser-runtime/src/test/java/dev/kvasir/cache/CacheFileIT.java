package dev.kvasir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.Generator.Prefilled;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.SafetensorsEntry;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.SafetensorsWriter;
import dev.kvasir.model.StoredType;
import dev.kvasir.model.TensorShape;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheFileIT {

    private static final LoadedModel MODEL = TinyModel.load(Family.LLAMA, ElementType.F32);
    private static final CacheOrigin ORIGIN = Caches.origin(MODEL);
    private static final List<Integer> IDS = Caches.ids(9, 1);
    private static final CacheIdentity IDENTITY = CacheIdentity.plain(ORIGIN, CachedTokens.of(IDS));

    @TempDir
    private Path folder;

    private Path saved;

    @BeforeEach
    void save() {
        saved = folder.resolve("saved.safetensors");
        try (KvCache cache = Caches.prefilled(MODEL, IDS, 12)) {
            CacheFile.save(saved, cache, IDENTITY, CacheCodec.NONE);
        }
    }

    @AfterAll
    static void closeModel() {
        MODEL.close();
    }

    static Stream<Arguments> familiesTypesAndCodecs() {
        return Stream.of(Family.values())
                .flatMap(family -> Stream.of(ElementType.F32, ElementType.F64, ElementType.BF16)
                        .flatMap(type ->
                                Stream.of(CacheCodec.values()).map(codec -> Arguments.of(family, type, codec))));
    }

    @ParameterizedTest
    @MethodSource("familiesTypesAndCodecs")
    void aRestoredCacheHoldsWhatItsCodecLeaves(Family family, ElementType type, CacheCodec codec) {
        Path file = folder.resolve("cache.safetensors");
        try (LoadedModel model = TinyModel.load(family, type);
                KvCache cache = Caches.prefilled(model, IDS, 20)) {
            CacheIdentity identity = CacheIdentity.plain(Caches.origin(model), CachedTokens.of(IDS));
            CacheFile.save(file, cache, identity, codec);
            codec.round(cache, 0, IDS.size());
            try (CacheFile opened = CacheFile.open(file);
                    RestoredCache restored = opened.restore(model, Caches.origin(model), 15)) {
                assertThat(Caches.contents(restored.cache()))
                        .usingRecursiveComparison()
                        .isEqualTo(Caches.contents(cache));
                assertThat(Caches.next(model, restored.cache(), List.of(3, 8)))
                        .containsExactly(Caches.next(model, cache, List.of(3, 8)));
                assertThat(restored.cache().capacity()).isEqualTo(15);
                assertThat(restored.identity().tokens()).isEqualTo(identity.tokens());
                assertThat(restored.identity().equals(identity)).isEqualTo(codec.lossless());
                assertThat(opened.description().storedBytes()).isEqualTo(2L * 3 * 2 * 9 * codec.vectorBytes(4, type));
            }
        }
    }

    @Test
    void tokensPositionsPaddingAndLineageComeBack() {
        CachedTokens tokens = new CachedTokens(List.of(5, 1, 9), List.of(4, 5, 5), List.of(false, true, false));
        String hash = "c".repeat(64);
        CacheIdentity identity = CacheIdentity.plain(ORIGIN, tokens)
                .with(new Lineage.Fused(
                        0, 2, "parallel", List.of(new Lineage.Shared(hash, "gates-open_scale-1.0_layers-0,2", hash))));
        Path file = folder.resolve("cache.safetensors");
        try (KvCache cache = Caches.prefilled(MODEL, tokens.ids(), 3)) {
            CacheFile.save(file, cache, identity, CacheCodec.INT4);
        }
        try (CacheFile opened = CacheFile.open(file)) {
            assertThat(opened.checked(ORIGIN)).isEqualTo(identity.with(new Lineage.Coded(CacheCodec.INT4, 3)));
            assertThat(opened.description().firstPosition()).isEqualTo(4);
        }
    }

    @Test
    void theFileIsLayerByLayerAndNamesEverythingItDependsOn() {
        try (SafetensorsFile file = SafetensorsFile.open(saved)) {
            assertThat(file.names())
                    .containsExactly(
                            "token_ids",
                            "positions",
                            "hidden",
                            "layers.0.keys",
                            "layers.0.values",
                            "layers.1.keys",
                            "layers.1.values",
                            "layers.2.keys",
                            "layers.2.values");
            assertThat(file.metadata())
                    .containsEntry("format", "kvasir kv cache")
                    .containsEntry("format_version", "1")
                    .containsEntry("model", "tiny")
                    .containsEntry("weights_sha256", "a".repeat(64))
                    .containsEntry("tokenizer_sha256", "b".repeat(64))
                    .containsEntry("profile", "exact")
                    .containsEntry("dtype", "F32")
                    .containsEntry("layers", "3")
                    .containsEntry("kv_heads", "2")
                    .containsEntry("head_dim", "4")
                    .containsEntry("layout", "layer-major [kv_heads, tokens, head_dim]")
                    .containsEntry("keys", "post-rope")
                    .containsEntry("rope", "theta 1000000.0, scaling none")
                    .containsEntry("sliding_rope", "theta 10000.0, scaling none")
                    .containsEntry("windows", "0,0,0")
                    .containsEntry("tenant_salt_sha256", Caches.TENANT.sha256())
                    .containsEntry("first_position", "0")
                    .containsEntry("tokens", "9")
                    .containsEntry("token_chain", IDENTITY.chain().last())
                    .containsEntry("lineage", "")
                    .containsEntry("codec", "none")
                    .containsEntry("identity", IDENTITY.digest())
                    .containsKey("data_sha256")
                    .hasSize(CacheField.values().length);
            assertThat(file.metadata().toString()).doesNotContain("a tenant's salt");
        }
    }

    @Test
    void anotherModelProfileTypeOrTenantIsRefusedWithBothValues() {
        assertThatThrownBy(() -> check(saved, ORIGIN.withTenant(TenantSalt.NONE)))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessage(
                        ("The cache saved.safetensors cannot be used: its tenant_salt_sha256 is '%s', but here it must be"
                                        + " '%s'; give that tenant's salt, or save the cache again for this tenant.")
                                .formatted(Caches.TENANT.sha256(), TenantSalt.NONE.sha256()));
        assertThatThrownBy(() -> check(
                        saved,
                        new CacheOrigin(
                                "tiny", Caches.FINGERPRINT, "exact", ElementType.BF16, ORIGIN.config(), Caches.TENANT)))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessage(
                        "The cache saved.safetensors cannot be used: its dtype is 'F32', but here it must be 'BF16';"
                                + " load the model in that type, or save the cache again.");
        assertThatThrownBy(() -> check(
                        saved,
                        new CacheOrigin(
                                "tiny",
                                Caches.FINGERPRINT,
                                "exact",
                                ElementType.F32,
                                TinyModel.config(Family.GEMMA3),
                                Caches.TENANT)))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessage(
                        "The cache saved.safetensors cannot be used: its windows is '0,0,0', but here it must be '5,5,0';"
                                + " load the model with those windows, or save the cache again.");
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldThatIsOtherThanHereIsRefusedByName(CacheField field) {
        String other = switch (field) {
            case WEIGHTS, TOKENIZER, TENANT, IDENTITY, DATA, TOKEN_CHAIN -> "d".repeat(64);
            case DTYPE -> "F64";
            case CODEC -> "int8";
            case LINEAGE -> "coded 9 as int8";
            case FORMAT, FORMAT_VERSION, MODEL, PROFILE, LAYOUT, KEYS, ROPE, SLIDING_ROPE, WINDOWS -> "other";
            case LAYERS, KV_HEADS, HEAD_DIM, FIRST_POSITION, TOKENS -> "5";
        };
        Path changed = rewritten(metadata -> metadata.put(field.key(), other));

        // A changed lineage shows in the identity; changed sizes and codecs in the tensors.
        String named = switch (field) {
            case LINEAGE -> "identity";
            case DTYPE, CODEC, KV_HEADS, HEAD_DIM, TOKENS -> "tensor ";
            case LAYERS -> "tensor layers.3.keys";
            default -> field.key();
        };
        assertThatThrownBy(() -> check(changed, ORIGIN))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessageStartingWith("The cache changed.safetensors cannot be used: its " + named);
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldMustBeThere(CacheField field) {
        Path changed = rewritten(metadata -> metadata.remove(field.key()));

        assertThatThrownBy(() -> check(changed, ORIGIN))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessage("The cache changed.safetensors cannot be used: its %s is missing; save the cache again."
                        .formatted(field.key()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "09", "9.0", "99999999999999999999", "1000000000", "nine", ""})
    void aNumberThatIsNoneIsRefused(String number) {
        Path changed = rewritten(metadata -> metadata.put("tokens", number));

        assertThatThrownBy(() -> check(changed, ORIGIN))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessage(
                        ("The cache changed.safetensors cannot be used: its tokens is '%s', no number from 1 to 10000000;"
                                        + " save the cache again.")
                                .formatted(number));
    }

    @Test
    void anUnknownKeyIsRefused() {
        Path changed = rewritten(metadata -> metadata.put("extra\n", "x"));

        assertThatThrownBy(() -> check(changed, ORIGIN))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessage("The cache changed.safetensors cannot be used: its metadata has an unknown key 'extra ';"
                        + " save the cache again.");
    }

    @Test
    void aTensorTooManyOrOfAnotherKindIsRefused() {
        assertThatThrownBy(() -> check(
                        rewrittenData(tensors -> {
                            tensors.put("extra", new Stored(StoredType.U8, TensorShape.of(1), ByteBuffer.allocate(1)));
                        }),
                        ORIGIN))
                .hasMessage("The cache changed.safetensors cannot be used: its data hold 10 tensors, not 9;"
                        + " save the cache again.");
        assertThatThrownBy(() -> check(
                        rewrittenData(tensors -> {
                            tensors.put(
                                    "layers.2.values",
                                    new Stored(StoredType.F32, TensorShape.of(2, 9, 3), ByteBuffer.allocate(216)));
                        }),
                        ORIGIN))
                .hasMessage(
                        "The cache changed.safetensors cannot be used: its tensor layers.2.values is F32 [2, 9, 3], but"
                                + " its metadata say F32 [2, 9, 4]; save the cache again.");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aNumberThatIsNotFiniteIsRefusedThoughItsDigestFits(float value) {
        Path changed = rewrittenData(tensors -> {
            bytes(tensors, "layers.1.keys").putFloat(40, value);
        });

        assertThatThrownBy(() -> check(changed, ORIGIN))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessage(
                        "The cache changed.safetensors cannot be used: its tensor layers.1.keys holds a number that is"
                                + " not finite; save the cache again.");
    }

    @Test
    void aStepThatWouldOverflowIsRefused() {
        try (KvCache cache = Caches.prefilled(MODEL, IDS, 12)) {
            CacheFile.save(saved, cache, IDENTITY, CacheCodec.INT8);
        }
        Path changed = rewrittenData(tensors -> {
            bytes(tensors, "layers.0.keys.steps").putFloat(0, Float.MAX_VALUE / 2);
        });

        assertThatThrownBy(() -> check(changed, ORIGIN)).hasMessageContaining("layers.0.keys.steps holds a number");
    }

    @Test
    void otherTokensAreRefusedThoughTheirDigestFits() {
        Path changed = rewrittenData(tensors -> {
            bytes(tensors, "token_ids").putInt(8, 31);
        });
        assertThatThrownBy(() -> check(changed, ORIGIN))
                .isInstanceOf(CacheRefusedException.class)
                .hasMessageContaining("its token_chain is '" + IDENTITY.chain().last() + "', but here it must be '");

        Path unknown = rewrittenData(tensors -> {
            bytes(tensors, "token_ids").putInt(8, 32);
        });
        assertThatThrownBy(() -> check(unknown, ORIGIN))
                .hasMessage("The cache changed.safetensors cannot be used: its tokens name id 32, but the model has 32;"
                        + " save the cache again.");

        Path negative = rewrittenData(tensors -> {
            bytes(tensors, "positions").putInt(0, -1);
        });
        assertThatThrownBy(() -> check(negative, ORIGIN))
                .hasMessage("The cache changed.safetensors cannot be used: its tokens have ids or positions below 0;"
                        + " save the cache again.");
    }

    @Test
    void aFileThatWasCutAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(saved);
        var random = new SplittableRandom(3);
        for (int round = 0; round < 300; round++) {
            int length = round < 30 ? round : random.nextInt(whole.length);
            Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> check(cut, ORIGIN))
                    .as("cut to %d of %d bytes", length, whole.length)
                    .isInstanceOfAny(ModelInvalidException.class, CacheRefusedException.class);
        }
    }

    @Test
    void aFileWithAnyBitTurnedIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(saved);
        var random = new SplittableRandom(4);
        for (int round = 0; round < 600; round++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(whole.length);
            damaged[at] ^= 1;
            Path file = Files.write(folder.resolve("damaged.safetensors"), damaged);

            assertThatThrownBy(() -> check(file, ORIGIN))
                    .as("byte %d of %d", at, whole.length)
                    .isInstanceOfAny(ModelInvalidException.class, CacheRefusedException.class);
        }
    }

    @Test
    void aSaveThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
        byte[] before = Files.readAllBytes(saved);
        try (KvCache cache = Caches.prefilled(MODEL, IDS, 12);
                TensorScope scope = TensorScope.root()) {
            cache.write(
                    1,
                    4,
                    scope.floats(new float[] {1, 2, Float.NaN, 4, 5, 6, 7, 8}, 1, 2, 1, 4),
                    scope.zeros(ElementType.F32, 1, 2, 1, 4));

            assertThatThrownBy(() -> CacheFile.save(saved, cache, IDENTITY, CacheCodec.INT8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Layer 1 of the cache holds numbers that are not finite, so it is not saved;"
                            + " read the prompt again.");
        }
        assertThat(saved).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(saved);
        }
    }

    @Test
    void aCacheOfSeveralRowsOrOtherTokensIsNotSaved() {
        try (KvCache rows = MODEL.newCache(2, 9);
                KvCache shorter = Caches.prefilled(MODEL, IDS.subList(0, 8), 9)) {
            rows.extend(9);
            assertThatThrownBy(() -> CacheFile.save(saved, rows, IDENTITY, CacheCodec.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> CacheFile.save(saved, shorter, IDENTITY, CacheCodec.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void tooLittleRoomIsRefused() {
        try (CacheFile file = CacheFile.open(saved)) {
            assertThatThrownBy(() -> file.restore(MODEL, ORIGIN, 8))
                    .isInstanceOf(CacheRefusedException.class)
                    .hasMessage(
                            "The cache saved.safetensors cannot be used: its tokens are 9, but there is room for 8 only;"
                                    + " save the cache again.");
        }
    }

    @Test
    void aCacheThatDoesNotBeginAtZeroIsRestoredButNotGoneOnWith() {
        CachedTokens tokens = new CachedTokens(List.of(5, 9), List.of(4, 5), List.of());
        try (KvCache cache = Caches.prefilled(MODEL, tokens.ids(), 2)) {
            CacheFile.save(saved, cache, CacheIdentity.plain(ORIGIN, tokens), CacheCodec.NONE);
        }
        try (CacheFile file = CacheFile.open(saved);
                RestoredCache restored = file.restore(MODEL, ORIGIN, 4);
                TensorScope scope = TensorScope.root()) {
            assertThatThrownBy(() -> restored.read(scope, MODEL, List.of(7), () -> false))
                    .isInstanceOf(CacheRefusedException.class)
                    .hasMessage(
                            "The cache cannot be gone on with: its first position is 4, or one is left out, but a generator"
                                    + " goes on behind the positions 0, 1, 2, ...; save a cache that begins at 0.");
        }
    }

    @Test
    void aGeneratorGoesOnBehindPaddingToo() {
        CachedTokens tokens = new CachedTokens(List.of(5, 1, 9), List.of(0, 1, 2), List.of(false, true, false));
        try (KvCache cache = MODEL.newCache(1, 9);
                TensorScope scope = TensorScope.root()) {
            MODEL.forward(scope, tokens.behind(cache));
            CacheFile.save(saved, cache, CacheIdentity.plain(ORIGIN, tokens), CacheCodec.NONE);
            double[] expected =
                    MODEL.forward(scope, tokens.then(List.of(7)).behind(cache)).toDoubles();
            try (CacheFile file = CacheFile.open(saved);
                    RestoredCache restored = file.restore(MODEL, ORIGIN, 9)) {
                Prefilled read = restored.read(scope, MODEL, List.of(7), () -> false);

                assertThat(read.logits().toDoubles()).containsExactly(expected);
                assertThat(read.hidden()).containsExactly(false, true, false, false);
            }
        }
    }

    @Test
    void aRoundedCacheStaysCloseToItsPrompts() {
        try (LoadedModel model = TinyModel.load(Family.QWEN3, ElementType.F32);
                KvCache exact = Caches.prefilled(model, IDS, 12)) {
            CacheOrigin origin = Caches.origin(model);
            CacheFile.save(saved, exact, CacheIdentity.plain(origin, CachedTokens.of(IDS)), CacheCodec.INT8);
            double[] expected = Caches.next(model, exact, List.of(4));
            try (CacheFile file = CacheFile.open(saved);
                    RestoredCache restored = file.restore(model, origin, 12)) {
                assertThat(Caches.next(model, restored.cache(), List.of(4)))
                        .containsExactly(expected, within(0.02))
                        .isNotEqualTo(expected);
            }
        }
    }

    private static void check(Path path, CacheOrigin expected) {
        try (CacheFile file = CacheFile.open(path)) {
            file.checked(expected);
        }
    }

    /** A tensor as it is stored. */
    private record Stored(StoredType type, TensorShape shape, ByteBuffer bytes) {}

    private Path rewritten(Consumer<Map<String, String>> change) {
        try (SafetensorsFile file = SafetensorsFile.open(saved)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
            change.accept(metadata);
            metadata.forEach(writer::metadata);
            for (String name : file.names()) {
                SafetensorsEntry entry = file.entry(name);
                writer.add(name, entry.type(), entry.shape(), file.readBytes(name));
            }
            Path target = folder.resolve("changed.safetensors");
            writer.write(target);
            return target;
        }
    }

    private static ByteBuffer bytes(Map<String, Stored> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name)).bytes();
    }

    /** Other data, with the digest that fits them. */
    private Path rewrittenData(Consumer<Map<String, Stored>> change) {
        try (SafetensorsFile file = SafetensorsFile.open(saved)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            file.metadata().forEach(writer::metadata);
            writer.dataDigest("data_sha256");
            Map<String, Stored> tensors = new LinkedHashMap<>();
            for (String name : file.names()) {
                SafetensorsEntry entry = file.entry(name);
                tensors.put(name, new Stored(entry.type(), entry.shape(), file.readBytes(name)));
            }
            change.accept(tensors);
            tensors.forEach((name, tensor) -> writer.add(name, tensor.type(), tensor.shape(), tensor.bytes()));
            Path target = folder.resolve("changed.safetensors");
            writer.write(target);
            return target;
        }
    }
}
