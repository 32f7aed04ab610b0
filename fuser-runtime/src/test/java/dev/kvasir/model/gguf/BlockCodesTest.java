package dev.kvasir.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.CodeTarget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockCodesTest {
    private static final int BLOCKS = 20;

    @ParameterizedTest
    @EnumSource(
            value = GgufType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16"})
    void codesScalesAndMinimumsGiveTheWidenedWeights(GgufType type) {
        byte[] blocks = blocks(type);
        float[] widened = new float[BLOCKS * type.blockElements()];
        BlockDecoder.decode(type, blocks, widened, BLOCKS);
        CodeLayout layout = BlockCodes.layout(type).orElseThrow();
        int groups = widened.length / layout.group();
        CodeTarget target = new CodeTarget(
                ByteBuffer.allocate(groups * layout.groupBytes()).order(ByteOrder.LITTLE_ENDIAN),
                FloatBuffer.allocate(layout.hasScales() ? groups : 0),
                FloatBuffer.allocate(layout.hasMinimums() ? groups : 0));

        BlockCodes.decode(type, blocks, BLOCKS, target);

        assertThat(target.codes().hasRemaining()).isFalse();
        assertThat(target.scales().hasRemaining()).isFalse();
        assertThat(target.minimums().hasRemaining()).isFalse();
        for (int i = 0; i < widened.length; i++) {
            assertThat(weight(layout, target, i)).isCloseTo(widened[i], within(1e-5f * Math.abs(widened[i]) + 1e-5f));
        }
    }

    private static float weight(CodeLayout layout, CodeTarget target, int index) {
        int group = index / layout.group();
        int inGroup = index % layout.group();
        ByteBuffer codes = target.codes();
        int code = switch (layout) {
            case HALVES -> codes.getShort(index * Short.BYTES);
            case NIBBLES -> (codes.get(group * 16 + inGroup % 16) >> (inGroup / 16 * 4)) & 15;
            case BYTES, BYTES_AND_MINIMUMS, BYTES_BY_16 -> codes.get(index);
        };
        if (layout == CodeLayout.HALVES) {
            return Float.intBitsToFloat(code << 16);
        }
        float minimum = layout.hasMinimums() ? target.minimums().get(group) : 0;
        return target.scales().get(group) * code + minimum;
    }

    /** Any bytes, but scales of a moderate size. */
    private static byte[] blocks(GgufType type) {
        byte[] blocks = new byte[BLOCKS * type.blockBytes()];
        Random random = new Random(7);
        random.nextBytes(blocks);
        short scale = Float.floatToFloat16(0.37f);
        for (int block = 0; block < BLOCKS; block++) {
            int at = block * type.blockBytes();
            ByteBuffer buffer = ByteBuffer.wrap(blocks).order(ByteOrder.LITTLE_ENDIAN);
            buffer.putShort(type == GgufType.Q6_K ? at + 208 : at, (short) (scale + block));
            if (type.blockBytes() > 4 && type != GgufType.Q6_K) {
                buffer.putShort(at + 2, type == GgufType.Q5_0 ? blocks[at + 2] : (short) (scale - block));
            }
        }
        return blocks;
    }
}
