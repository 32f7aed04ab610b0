package dev.kvasir.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A TorchScript program written by us: some methods, each of which runs wholly inside libtorch.
 *
 * <p>The text holds the methods only, unindented, with an untyped {@code self}:
 * <pre>{@code
 * def scale(self, x: Tensor, by: float) -> Tensor:
 *   return torch.mul(x, by)
 * }</pre>
 *
 * <p>A program does not care about element types unless its text does, and may be run by several threads. It has no state
 * but the lists it is compiled with: what a method appends to {@code self.name} stays with the program until it is closed.
 * That is how values live on that Java has no handle for, such as fbgemm's packed matrices.
 */
public final class TorchProgram implements AutoCloseable {
    private final PtNDManager manager;
    private final PtSymbolBlock block;

    private TorchProgram(PtNDManager manager, PtSymbolBlock block) {
        this.manager = manager;
        this.block = block;
    }

    /**
     * Compiles the methods.
     *
     * @throws TorchProgramException if the text is not a program
     */
    public static TorchProgram compile(String source) {
        return compile(source, Map.of());
    }

    /**
     * Compiles the methods of a program that holds lists, all empty at first.
     *
     * @param lists the type of each list's elements, such as {@code Tensor}, by the list's name
     * @throws TorchProgramException if the text is not a program
     */
    public static TorchProgram compile(String source, Map<String, String> lists) {
        PtNDManager manager = LibTorch.get().newManager();
        InputStream archive = TorchArchive.of(source, new TreeMap<>(lists));
        try {
            return new TorchProgram(manager, JniUtils.loadModule(manager, archive, false, false));
        } catch (EngineException | IOException fault) {
            manager.close();
            throw TorchProgramException.inSource(fault);
        }
    }

    /**
     * Runs a method without recording gradients.
     *
     * @param scope owns the results
     * @param arguments each a {@link Tensor}, a list of them, {@link Long}, {@link Integer}, {@link Double}, {@link Boolean},
     *     {@link String}, a list of {@link Long} or {@code long[]}; an empty list counts as one of tensors, an empty array as one of numbers
     * @return the tensor, or the tensors of the list or tuple, nested ones flattened, that the method returns
     * @throws TorchProgramException if the method fails; nothing is left in the scope
     */
    public List<Tensor> run(TensorScope scope, String method, Object... arguments) {
        return run(scope, GradientMode.UNTRACKED, method, arguments);
    }

    /** Like {@link #run}, recording what {@link Tensor#backward()} needs on the results. */
    public List<Tensor> runTracked(TensorScope scope, String method, Object... arguments) {
        return run(scope, GradientMode.TRACKED, method, arguments);
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }

    private List<Tensor> run(TensorScope scope, GradientMode mode, String method, Object... arguments) {
        PtNDManager owner = scope.manager();
        List<IValue> packed = new ArrayList<>(arguments.length);
        try {
            for (Object argument : arguments) {
                packed.add(pack(argument));
            }
            long[] handles = packed.stream().mapToLong(IValue::getHandle).toArray();
            try (IValue result = call(method, handles, mode)) {
                List<Tensor> results = new ArrayList<>();
                unpack(result, owner, results);
                return results;
            }
        } finally {
            packed.forEach(IValue::close);
        }
    }

    private IValue call(String method, long[] arguments, GradientMode mode) {
        try {
            return LibTorch.get().run(block, method, arguments, mode);
        } catch (EngineException | IllegalArgumentException fault) {
            throw TorchProgramException.inMethod(method, fault);
        }
    }

    private static IValue pack(Object argument) {
        return switch (argument) {
            case Tensor tensor -> IValue.from(tensor.array());
            case Long number -> IValue.from(number);
            case Integer number -> IValue.from((long) number);
            case Double number -> IValue.from(number);
            case Boolean flag -> IValue.from(flag);
            case String text -> IValue.from(text);
            case long[] numbers -> IValue.listFrom(numbers);
            case List<?> list when list.isEmpty() || list.getFirst() instanceof Tensor -> IValue.listFrom(arrays(list));
            case List<?> list
            when list.getFirst() instanceof Long ->
                IValue.listFrom(list.stream().mapToLong(Long.class::cast).toArray());
            default ->
                throw new IllegalArgumentException("A torch program takes no argument of " + argument.getClass()
                        + "; pass a Tensor, Long, Double, Boolean, String or a list of Tensor or Long.");
        };
    }

    private static PtNDArray[] arrays(List<?> tensors) {
        PtNDArray[] arrays = new PtNDArray[tensors.size()];
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = ((Tensor) tensors.get(i)).array();
        }
        return arrays;
    }

    private static void unpack(IValue value, PtNDManager owner, List<Tensor> results) {
        if (value.isTensor()) {
            results.add(new Tensor(value.toTensor(owner), null));
        } else if (value.isTensorList()) {
            Arrays.stream(value.toTensorArray(owner)).forEach(array -> results.add(new Tensor(array, null)));
        } else if (value.isTuple()) {
            for (IValue part : value.toIValueTuple()) {
                try (part) {
                    unpack(part, owner, results);
                }
            }
        }
    }
}
