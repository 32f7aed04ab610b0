package dev.kvasir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BareCacheFileTest {

    private static final List<Integer> IDS =
            IntStream.range(0, 150).mapToObj(i -> i * 7 % TinyModel.VOCABULARY).toList();
    private static final List<Integer> LAYERS = List.of(1, 2);

    private static LoadedModel model;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        model = TinyModel.load(Family.LLAMA, ElementType.F32);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRestoredIsWhatTheCodecLeavesOfTheLayersThatCrossed(CacheCodec codec) {
        try (KvCache cache = read(IDS);
                TensorScope scope = TensorScope.root()) {
            Path file = saved(cache, codec);
            codec.round(cache, 0, cache.length());

            try (BareCacheFile bare = BareCacheFile.open(file);
                    KvCache restored = bare.restore(model, 160)) {
                assertThat(bare.tokens()).isEqualTo(150);
                assertThat(bare.layers()).isEqualTo(LAYERS);
                assertThat(bare.note()).isEqualTo("a note");
                assertThat(restored.length()).isEqualTo(150);
                for (int layer : LAYERS) {
                    assertThat(restored.keys(scope, layer).toDoubles())
                            .containsExactly(cache.keys(scope, layer).toDoubles());
                    assertThat(restored.values(scope, layer).toDoubles())
                            .containsExactly(cache.values(scope, layer).toDoubles());
                }
                assertThat(restored.keys(scope, 0).toDoubles()).containsOnly(0);
            }
        }
    }

    @Test
    void nothingInItDependsOnTheTokensButTheLayersThemselves() throws IOException {
        List<Integer> others =
                IDS.stream().map(id -> (id + 1) % TinyModel.VOCABULARY).toList();
        String one = header(saved(read(IDS), CacheCodec.NONE));
        String other = header(saved(read(others), CacheCodec.NONE));

        String data = "\"data_sha256\":\"[0-9a-f]{64}\"";
        assertThat(one).containsPattern(data).isNotEqualTo(other);
        assertThat(one.replaceFirst(data, "")).isEqualTo(other.replaceFirst(data, ""));
        assertThat(one).doesNotContain("token_ids", "token_chain", "identity", "positions", "tenant", "weights_sha256");
    }

    @Test
    void itIsRefusedByAnotherArchitectureAndWhereItIsDamaged() throws IOException {
        Path file = saved(read(IDS), CacheCodec.INT8);
        try (LoadedModel other = TinyModel.load(Family.QWEN2, ElementType.F32);
                BareCacheFile bare = BareCacheFile.open(file)) {
            assertThatThrownBy(() -> bare.restore(other, 160))
                    .isInstanceOf(CacheRefusedException.class)
                    .hasMessageContaining("its family is 'LLAMA', but here it must be 'QWEN2'");
            assertThatThrownBy(() -> bare.restore(model, 149))
                    .isInstanceOf(CacheRefusedException.class)
                    .hasMessageContaining("are 150, but there is room for 149 only");
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        try (BareCacheFile bare = BareCacheFile.open(file)) {
            assertThatThrownBy(() -> bare.restore(model, 160))
                    .isInstanceOf(CacheRefusedException.class)
                    .hasMessageContaining("data_sha256");
        }
    }

    private Path saved(KvCache cache, CacheCodec codec) {
        Path file = folder.resolve("bare" + System.identityHashCode(cache));
        BareCacheFile.save(file, cache, LAYERS, codec, model.config(), "a note");
        return file;
    }

    private static KvCache read(List<Integer> ids) {
        KvCache cache = model.newCache(1, ids.size());
        try (TensorScope scope = TensorScope.root()) {
            model.forward(scope, Forward.of(ids, cache));
        }
        return cache;
    }

    /** All that a safetensors file holds beside its numbers. */
    private static String header(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        return new String(bytes, 8, length, StandardCharsets.UTF_8);
    }
}
