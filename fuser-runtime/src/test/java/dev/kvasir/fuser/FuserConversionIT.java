package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.Goldens;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.StoredType;
import dev.kvasir.pocket.PocketPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From one layout to the other and back: every number stays as it was, in the type it was in. */
class FuserConversionIT {

    @TempDir
    Path temporary;

    static Stream<Path> released() throws IOException {
        try (Stream<Path> folders = Files.list(Goldens.path("c2c/fusers"))) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("released")
    void whatIsReleasedHoldsTheFileBitForBit(Path original) {
        Path out = temporary.resolve("out");
        try (FuserCheckpoint before = FuserCheckpoint.open(original)) {
            before.saveReleased(out);
            try (FuserCheckpoint after = FuserCheckpoint.openPickled(out)) {
                assertThat(after.description()).isEqualTo(before.description());
                assertThat(after.digest()).isEqualTo(before.digest());
            }
        }
        assertHolds(original, out);
    }

    /** The one folder beside the tests that holds what torch itself wrote. */
    @Test
    void whatTorchWroteComesBackBitForBit() {
        Path original = Goldens.path("c2c/negative/00-valid");
        Path ours = temporary.resolve("ours");
        Path back = temporary.resolve("back");
        try (FuserCheckpoint pickled = FuserCheckpoint.openPickled(original)) {
            pickled.save(ours);
            try (FuserCheckpoint plain = FuserCheckpoint.open(ours)) {
                plain.saveReleased(back);
            }
            try (FuserCheckpoint after = FuserCheckpoint.openPickled(back)) {
                assertThat(after.description()).isEqualTo(pickled.description());
                assertThat(after.digest()).isEqualTo(pickled.digest());
            }
        }
        assertHolds(ours, back);
        assertHolds(original, back);
    }

    private static void assertHolds(Path plain, Path released) {
        try (SafetensorsFile was = SafetensorsFile.open(plain.resolve("fuser.safetensors"))) {
            Set<String> checked = new TreeSet<>();
            int layerFusers =
                    new ReleasedFuser(released).describe().layerFusers().size();
            try (FuserTensors is = PickledFuser.open(released, layerFusers)) {
                for (int i = 0; i < layerFusers; i++) {
                    for (String name : is.names(i)) {
                        String key = FuserFile.keyOf(i, name);
                        assertThat(is.type(i, name)).isEqualTo(was.entry(key).type());
                        assertThat(is.bytes(i, name)).as(key).isEqualTo(was.readBytes(key));
                        checked.add(key);
                    }
                }
            }
            assertThat(checked).isEqualTo(new TreeSet<>(was.names()));
        }
    }

    @Test
    void aFuserOfOursIsReleasedAndReadBack() {
        PocketPair.install(temporary);
        Path released = temporary.resolve("released");
        try (FuserCheckpoint ours = FuserCheckpoint.open(temporary.resolve("fusers/pocket"))) {
            ours.saveReleased(released);
            try (FuserCheckpoint after = FuserCheckpoint.openPickled(released)) {
                assertThat(after.digest()).isEqualTo(ours.digest());
                assertThat(after.description().alignment()).isEqualTo(AlignmentMode.LONGEST);
                assertThat(after.description().receiver().model())
                        .isEqualTo(ours.description().receiver().model());
                assertThat(after.description().receiver().layers()).isNull();
            }
        }
    }

    @Test
    void theSameFuserIsWrittenTheSameTwice() throws IOException {
        try (FuserCheckpoint fuser = FuserCheckpoint.open(Goldens.path("c2c/fusers/q3-from-q2-last"))) {
            fuser.saveReleased(temporary.resolve("one"));
            fuser.saveReleased(temporary.resolve("two"));
        }
        assertThat(temporary.resolve("one/final/projector_0.pt"))
                .hasSameBinaryContentAs(temporary.resolve("two/final/projector_0.pt"));
    }

    /** As torch writes it: entries stored as they are, in a folder called like the file, each tensor's bytes at a multiple of 64. */
    @Test
    void anArchiveIsLaidOutAsTorchLaysItOut() throws IOException {
        try (FuserCheckpoint fuser = FuserCheckpoint.open(Goldens.path("c2c/fusers/q3-from-q2-last"))) {
            fuser.saveReleased(temporary.resolve("out"));
        }
        Path file = temporary.resolve("out/final/projector_1.pt");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = 0;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<? extends ZipEntry> entries = zip.stream().toList();
            assertThat(entries)
                    .extracting(ZipEntry::getName)
                    .hasSize(3 + 33)
                    .startsWith("projector_1/data.pkl", "projector_1/byteorder", "projector_1/data/0")
                    .endsWith("projector_1/data/32", "projector_1/version");
            for (ZipEntry entry : entries) {
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                int start = header + 30 + bytes.getShort(header + 26) + bytes.getShort(header + 28);
                assertThat(start % 64).as(entry.getName()).isZero();
                header = start + Math.toIntExact(entry.getSize());
            }
        }
    }

    @Test
    void anAblatedFuserHasNoReleasedLayout() {
        LayerFuserShape shape = new LayerFuserShape(1, 2, 1, 2, 3, 3, 3, Ablation.UNGATED);
        Path target = temporary.resolve("out");
        ReleasedFuserWriter writer = new ReleasedFuserWriter(description(shape), zeros(shape));

        assertThatThrownBy(() -> writer.write(target))
                .isInstanceOf(FuserInvalidException.class)
                .hasMessage("final/projector_0.json, class: has no name for a layer fuser of ablation UNGATED");
        assertThat(target).doesNotExist();
    }

    @Test
    void tensorsOfSeveralTypesHaveNoReleasedLayout() {
        LayerFuserShape shape = new LayerFuserShape(1, 2, 1, 2, 3, 3, 3, Ablation.NONE);
        FuserTensors mixed = new HalfInBf16(zeros(shape));

        assertThatThrownBy(() -> new ReleasedFuserWriter(description(shape), mixed).write(temporary.resolve("out")))
                .isInstanceOf(FuserInvalidException.class)
                .hasMessageContaining("final/projector_0.json, dtype: is one of")
                .hasMessageContaining("BF16")
                .hasMessageContaining("F32");
    }

    @Test
    void aFuserOfAPartOfTheMessagesIsRefusedByTheReleasedLayout() {
        LayerFuserShape shape = new LayerFuserShape(1, 2, 1, 2, 4, 4, 3, Ablation.NONE);
        FuserDescription partial = description(shape, new PartialFusion(0.1, PartialFusion.End.BACK));

        assertThatThrownBy(() -> new ReleasedFuserWriter(partial, zeros(shape)).write(temporary.resolve("out")))
                .isInstanceOf(FuserInvalidException.class)
                .hasMessageContaining("dial: has no place in the released layout")
                .hasMessageContaining("0.1 of the back");
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    private static FuserDescription description(LayerFuserShape shape) {
        return description(shape, PartialFusion.ALL);
    }

    private static FuserDescription description(LayerFuserShape shape, PartialFusion dial) {
        return new FuserDescription(
                new FuserEnd("receiver", null, null, 1, 2),
                new FuserEnd("sharer", null, null, 1, 2),
                AlignmentMode.FIRST,
                dial,
                Map.of(0, new LayerLink(0, 0)),
                List.of(shape));
    }

    private static FuserTensors zeros(LayerFuserShape shape) {
        Map<String, float[]> zeros = new TreeMap<>();
        shape.tensors()
                .forEach((name, sizes) ->
                        zeros.put(name, new float[Math.toIntExact(sizes.stream().reduce(1L, Math::multiplyExact))]));
        return new TrainedTensors(List.of(shape), List.of(zeros));
    }

    /** Says of the values' side that it is in BF16. */
    private record HalfInBf16(FuserTensors all) implements FuserTensors {
        @Override
        public Set<String> names(int layerFuser) {
            return all.names(layerFuser);
        }

        @Override
        public List<Long> shape(int layerFuser, String name) {
            return all.shape(layerFuser, name);
        }

        @Override
        public StoredType type(int layerFuser, String name) {
            return name.startsWith("value_") ? StoredType.BF16 : all.type(layerFuser, name);
        }

        @Override
        public void read(int layerFuser, String name, FloatBuffer target) {
            all.read(layerFuser, name, target);
        }

        @Override
        public ByteBuffer bytes(int layerFuser, String name) {
            return all.bytes(layerFuser, name);
        }

        @Override
        public String file(int layerFuser) {
            return all.file(layerFuser);
        }

        @Override
        public String key(int layerFuser, String name) {
            return all.key(layerFuser, name);
        }

        @Override
        public void close() {
            all.close();
        }
    }
}
