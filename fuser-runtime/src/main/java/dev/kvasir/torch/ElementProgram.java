package dev.kvasir.torch;

import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.util.function.Function;

/** What a tensor can tell or do by itself, written as a program because DJL's own calls end the JVM on bf16. */
final class ElementProgram {
    private static final TorchProgram PROGRAM = TorchProgram.compile("""
            def element_type(self, x: Tensor) -> Tensor:
              return torch.tensor(x.dtype, dtype=4)
            def has_memory(self, x: Tensor) -> Tensor:
              return torch.tensor(torch.is_contiguous(x) and x.device.type == "cpu", dtype=11)
            def copy_as(self, x: Tensor, type: int) -> Tensor:
              return torch.contiguous(torch.to(torch.detach(x), torch.device("cpu"), type))
            def move(self, x: Tensor, device: str) -> Tensor:
              return torch.to(x, torch.device(device), x.dtype)
            def empty(self, shape: List[int], type: int, device: str) -> Tensor:
              return torch.empty(shape, dtype=type, device=torch.device(device))
            def zeros(self, shape: List[int], type: int, device: str) -> Tensor:
              return torch.zeros(shape, dtype=type, device=torch.device(device))
            def one(self, x: Tensor) -> Tensor:
              return torch.ones_like(x)
            def reinterpret(self, bytes: Tensor, shape: List[int], strides: List[int], type: int) -> Tensor:
              return torch.set_(torch.empty([0], dtype=type), bytes, 0, shape, strides)
            """);

    private ElementProgram() {}

    static ElementType typeOf(Tensor tensor) {
        try (TensorScope scope = TensorScope.root()) {
            Tensor code = PROGRAM.run(scope, "element_type", tensor).getFirst();
            return ElementType.ofCode(bytes(code).getLong(0));
        }
    }

    /** Whether its elements lie one after another in memory that Java can see. */
    static boolean hasMemory(Tensor tensor) {
        try (TensorScope scope = TensorScope.root()) {
            Tensor answer = PROGRAM.run(scope, "has_memory", tensor).getFirst();
            return bytes(answer).get(0) != 0;
        }
    }

    static <T> T read(Tensor tensor, ElementType type, Function<ByteBuffer, T> reader) {
        try (TensorScope scope = TensorScope.root()) {
            Tensor copy =
                    PROGRAM.run(scope, "copy_as", tensor, (long) type.code()).getFirst();
            return reader.apply(bytes(copy));
        }
    }

    static Tensor empty(TensorScope scope, ElementType type, long... shape) {
        return make(scope, "empty", type, shape);
    }

    static Tensor zeros(TensorScope scope, ElementType type, long... shape) {
        return make(scope, "zeros", type, shape);
    }

    /** A view of the bytes as elements of another type. */
    static Tensor reinterpret(TensorScope scope, Tensor bytes, ElementType type, long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int dimension = shape.length - 1; dimension >= 0; dimension--) {
            strides[dimension] = stride;
            stride *= shape[dimension];
        }
        long code = type.code();
        return PROGRAM.run(scope, "reinterpret", bytes, shape, strides, code).getFirst();
    }

    /** A one of the tensor's own type and shape: where differentiating starts. */
    static Tensor one(TensorScope scope, Tensor scalar) {
        return PROGRAM.run(scope, "one", scalar).getFirst();
    }

    /** The tensor itself where it lies there already, else a copy; owned by the scope. */
    static Tensor move(TensorScope scope, Tensor tensor, TorchDevice device) {
        return PROGRAM.run(scope, "move", tensor, device.name()).getFirst();
    }

    private static Tensor make(TensorScope scope, String method, ElementType type, long... shape) {
        return PROGRAM.run(
                        scope, method, shape, (long) type.code(), scope.device().name())
                .getFirst();
    }

    private static ByteBuffer bytes(Tensor tensor) {
        return JniUtils.getByteBuffer(tensor.array(), true);
    }
}
