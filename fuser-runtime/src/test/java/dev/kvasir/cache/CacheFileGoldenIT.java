package dev.kvasir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.kvasir.Goldens;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.torch.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Caches of every tiny reference model, saved in the middle of a prompt and gone on with. */
class CacheFileGoldenIT {

    /** A whole number of the stretches that a prefill reads at a time, so that whole and in two parts it makes equal calls. */
    private static final int FIRST = 256;

    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> aRestoredCacheGoesOnBitForBit() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path model : models()) {
            for (ElementType type : List.of(ElementType.F32, ElementType.F64, ElementType.BF16)) {
                tests.add(dynamicTest(model.getFileName() + " " + type, () -> check(model, type)));
            }
        }
        return tests;
    }

    private static List<Path> models() throws IOException {
        List<Path> models = new ArrayList<>();
        if (Files.isDirectory(Goldens.path("models/models"))) {
            try (Stream<Path> folders = Files.list(Goldens.path("models/models"))) {
                folders.filter(folder -> Files.exists(folder.resolve("model.safetensors")))
                        .sorted()
                        .forEach(models::add);
            }
        }
        for (Path golden : Goldens.jsonFiles("models/gguf")) {
            models.add(golden.resolveSibling(Goldens.json(golden).get("file").asString()));
        }
        return models;
    }

    private void check(Path path, ElementType type) {
        Path file = folder.resolve("cache.safetensors");
        ModelFingerprint fingerprint = ModelFingerprint.of(path);
        try (Checkpoint checkpoint = Checkpoint.open(path);
                LoadedModel model = LoadedModel.load(checkpoint, type)) {
            CacheOrigin origin = CacheOrigin.of(model, fingerprint, "exact", Caches.TENANT);
            for (int first : List.of(FIRST, 1, 37)) {
                List<Integer> ids = ids(model, first + 45);
                List<Integer> rest = ids.subList(first, ids.size());
                try (KvCache whole = model.newCache(1, ids.size());
                        KvCache parts = Caches.prefilled(model, ids.subList(0, first), ids.size())) {
                    CacheFile.save(
                            file,
                            parts,
                            CacheIdentity.plain(origin, CachedTokens.of(ids.subList(0, first))),
                            CacheCodec.NONE);
                    double[] expected = Caches.next(model, parts, rest);
                    try (CacheFile opened = CacheFile.open(file);
                            RestoredCache restored = opened.restore(model, origin, ids.size())) {
                        assertThat(Caches.next(model, restored.cache(), rest)).containsExactly(expected);
                        assertThat(Caches.contents(restored.cache()))
                                .usingRecursiveComparison()
                                .isEqualTo(Caches.contents(parts));
                    }
                    double[] atOnce = Caches.next(model, whole, ids);
                    if (first == FIRST) {
                        assertThat(atOnce).containsExactly(expected);
                    } else if (type == ElementType.F64) {
                        assertThat(atOnce).containsExactly(expected, within(1e-9));
                    }
                }
            }
        }
    }

    private static List<Integer> ids(LoadedModel model, int count) {
        int vocabulary = model.config().vocabularySize();
        return IntStream.range(0, count)
                .mapToObj(i -> (i * 31 + i * i / 7 + 3) % vocabulary)
                .toList();
    }
}
