package dev.kvasir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.cache.CacheFile;
import dev.kvasir.cache.CacheIdentity;
import dev.kvasir.cache.CacheOrigin;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.cache.RestoredCache;
import dev.kvasir.cache.TenantSalt;
import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cache's file on its whole way: saved, sealed, opened elsewhere and gone on with. */
class SealedFileIT {

    private static final Transfer TRANSFER = new Transfer("t-1", "anna", "run-1", "e", "edge", "cloud");
    private static final List<Integer> IDS =
            IntStream.range(0, 200).mapToObj(i -> i * 7 % TinyModel.VOCABULARY).toList();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void whatArrivesIsWhatItsCodecLeaves(CacheCodec codec) throws IOException {
        CacheSeal seal = new CacheSeal(new byte[32], new SecureRandom());
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F32);
                KvCache cache = model.newCache(1, IDS.size());
                TensorScope scope = TensorScope.root()) {
            model.forward(scope, Forward.of(IDS, cache));
            CacheOrigin origin = CacheOrigin.of(
                    model, new ModelFingerprint("a".repeat(64), "b".repeat(64)), "exact", new TenantSalt("anna"));
            Path saved = folder.resolve("saved");
            CacheFile.save(saved, cache, CacheIdentity.plain(origin, CachedTokens.of(IDS)), codec);
            codec.round(cache, 0, IDS.size());

            Path arrived = sent(seal, saved);

            assertThat(arrived).hasSameBinaryContentAs(saved);
            try (CacheFile file = CacheFile.open(arrived);
                    RestoredCache restored = file.restore(model, origin, IDS.size())) {
                assertThat(restored.cache().values(scope, 2).toDoubles())
                        .containsExactly(cache.values(scope, 2).toDoubles());
            }
        }
    }

    @Test
    void aFileOfManyChunksArrivesWhole() throws IOException {
        Path saved = Files.write(folder.resolve("saved"), new byte[3_000_000]);

        assertThat(sent(new CacheSeal(new byte[32], new SecureRandom()), saved)).hasSameBinaryContentAs(saved);
    }

    private Path sent(CacheSeal seal, Path saved) throws IOException {
        Path sealed = folder.resolve("sealed");
        Path arrived = folder.resolve("arrived");
        try (InputStream plain = Files.newInputStream(saved);
                OutputStream out = Files.newOutputStream(sealed)) {
            seal.seal(TRANSFER, plain, out);
        }
        try (InputStream in = Files.newInputStream(sealed)) {
            seal.open(TRANSFER, in, arrived, Files.size(saved));
        }
        return arrived;
    }
}
