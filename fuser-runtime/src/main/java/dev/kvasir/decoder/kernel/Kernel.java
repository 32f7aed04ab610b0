package dev.kvasir.decoder.kernel;

import dev.kvasir.decoder.direct.DirectMatrix;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A way to multiply {@code x [rows, columns]}, F32, by a matrix. All give F32 and add nothing.
 *
 * <p>The 8-bit kernels round the matrix with one scale a row. oneDNN's also rounds x with one scale a row; fbgemm's has one
 * for all of x, so several rows are first brought to the same size: then no row drowns beside a larger one.
 */
public enum Kernel {
    /** {@code aten::linear}. */
    PLAIN("f32", Rounding.NONE, 4),
    /** oneDNN on a matrix laid out for it. */
    PACKED("packed-f32", Rounding.NONE, 4),
    /** The same in bfloat16, x and the product too. */
    BF16("packed-bf16", Rounding.HALF, 2),
    /** fbgemm, 8 bits by 8 bits; exact sums only where the processor has VNNI. */
    FBGEMM("fbgemm-int8", Rounding.BYTE, 1),
    /** fbgemm with x in 7 bits, so that sums stay exact without VNNI. */
    FBGEMM_NARROW("fbgemm-int8-narrow", Rounding.BYTE, 1),
    /** oneDNN, 8 bits by 8 bits; in tiles where the processor has AMX. */
    ONEDNN("onednn-int8", Rounding.BYTE, 1),
    /** Not libtorch's: {@link DirectMatrix}, the matrix as its file has it. For few rows. */
    DIRECT("direct", Rounding.NONE, 0);

    /** How much of a number a kernel keeps. */
    public enum Rounding {
        NONE("f32"),
        HALF("bf16"),
        BYTE("int8");

        private final String dtype;

        Rounding(String dtype) {
            this.dtype = dtype;
        }

        /** What is left of a number, as reports call it. */
        public String dtype() {
            return dtype;
        }
    }

    /** Rows that oneDNN's layouts are made for; they serve every other number too. */
    private static final int LAID_OUT_FOR = 64;

    private static final String NO_FUSION = "None, \"none\", annotate(List[Optional[number]], []), \"\"";

    private final String id;
    private final Rounding rounding;
    private final int bytes;

    Kernel(String id, Rounding rounding, int bytes) {
        this.id = id;
        this.rounding = rounding;
        this.bytes = bytes;
    }

    static Optional<Kernel> ofId(String id) {
        return Arrays.stream(values()).filter(kernel -> kernel.id.equals(id)).findFirst();
    }

    /** As it is called in files, by options and where it is shown. */
    public String id() {
        return id;
    }

    public Rounding rounding() {
        return rounding;
    }

    /** Whether programs multiply by it. */
    boolean isTorch() {
        return this != DIRECT;
    }

    /** Whether {@link #holding} takes BF16. */
    public boolean takesHalves() {
        return rounding == Rounding.HALF;
    }

    /** Whether {@link #holding} takes rounded rows and their scales, not floats. */
    public boolean takesBytes() {
        return rounding == Rounding.BYTE;
    }

    /** Bytes that libtorch's copy of a matrix takes: the elements, and for 8-bit kernels what is kept a row. */
    public long bytesOf(MatrixShape shape) {
        long rows = shape.rows();
        return rows * shape.columns() * bytes + (takesBytes() ? rows * 2 * Float.BYTES : 0);
    }

    /** The lists in which a program keeps its copies for a role: element type by name. */
    SortedMap<String, String> lists(MatrixRole role) {
        String name = list(role);
        return new TreeMap<>(
                switch (this) {
                    case PLAIN, PACKED, BF16 -> Map.of(name, "Tensor");
                    case FBGEMM, FBGEMM_NARROW ->
                        Map.of(name, "__torch__.torch.classes.quantized.LinearPackedParamsBase");
                    case ONEDNN -> Map.of(name, "Tensor", name + "_scales", "Tensor", name + "_zeros", "Tensor");
                    case DIRECT -> Map.of();
                });
    }

    /** Statements that keep a copy: of {@code w}, F32 or BF16, or of {@code q}, I8, with {@code scales}, F32. */
    String holding(MatrixRole role) {
        String name = list(role);
        return switch (this) {
            case PLAIN -> "_0 = torch.append(self.%s, w)".formatted(name);
            case PACKED, BF16 ->
                "_0 = torch.append(self.%s, ops.mkldnn._reorder_linear_weight(w, %d))".formatted(name, LAID_OUT_FOR);
            case FBGEMM, FBGEMM_NARROW -> """
                    zeros = torch.zeros([torch.size(q, 0)], dtype=4)
                    wide = torch._make_per_channel_quantized_tensor(q, torch.to(scales, 7), zeros, 0)
                    _0 = torch.append(self.%s, ops.quantized.linear_prepack(wide, None))
                    """.strip().formatted(name);
            case ONEDNN -> """
                    _1 = torch.append(self.%1$s, ops.onednn.qlinear_prepack(q, [%2$d, torch.size(q, 1)]))
                    _2 = torch.append(self.%1$s_scales, torch.clone(scales))
                    _3 = torch.append(self.%1$s_zeros, torch.zeros([torch.size(q, 0)], dtype=4))
                    """.strip().formatted(name, LAID_OUT_FOR);
            case DIRECT -> throw outside();
        };
    }

    /** The product of {@code x} and the role's matrix of layer {@code l}, as an expression. */
    String product(MatrixRole role) {
        String matrix = "self.%s[l]".formatted(list(role));
        return switch (this) {
            case PLAIN -> "torch.linear(x, %s)".formatted(matrix);
            case PACKED -> "ops.mkldnn._linear_pointwise(x, %s, %s)".formatted(matrix, NO_FUSION);
            case BF16 ->
                "torch.to(ops.mkldnn._linear_pointwise(torch.to(x, 15), %s, %s), 6)".formatted(matrix, NO_FUSION);
            case FBGEMM -> "self.fbgemm(x, %s, False)".formatted(matrix);
            case FBGEMM_NARROW -> "self.fbgemm(x, %s, True)".formatted(matrix);
            case ONEDNN ->
                "self.onednn(x, %1$s, self.%2$s_scales[l], self.%2$s_zeros[l])".formatted(matrix, list(role));
            case DIRECT -> throw outside();
        };
    }

    private static IllegalStateException outside() {
        return new IllegalStateException("Programs do not multiply by direct matrices");
    }

    /** The method that {@link #product} calls; empty for those that call an operator. */
    String method() {
        return switch (this) {
            case PLAIN, PACKED, BF16, DIRECT -> "";
            case FBGEMM, FBGEMM_NARROW -> """
                    def fbgemm(self, x: Tensor, w: __torch__.torch.classes.quantized.LinearPackedParamsBase,
                        narrow: bool) -> Tensor:
                      if torch.size(x, 0) == 1:
                        return ops.quantized.linear_dynamic(x, w, narrow)
                      sizes = torch.clamp_min(torch.amax(torch.abs(x), [1], True), 1.0e-30)
                      return torch.mul_(ops.quantized.linear_dynamic(torch.div(x, sizes), w, narrow), sizes)
                    """;
            case ONEDNN -> """
                    def onednn(self, x: Tensor, w: Tensor, scales: Tensor, zeros: Tensor) -> Tensor:
                      steps = torch.clamp_min(torch.div(torch.amax(torch.abs(x), [1], True), 127.0), 1.0e-30)
                      rounded = torch.to(torch.round_(torch.div(x, steps)), 1)
                      y = ops.onednn.qlinear_pointwise(rounded, 1.0, 0, w, scales, zeros, None, 1.0, 0, 6,
                          "none", annotate(List[Optional[number]], []), "")
                      return torch.mul_(y, steps)
                    """;
        };
    }

    private String list(MatrixRole role) {
        return role.id() + "_" + id.replace('-', '_');
    }
}
