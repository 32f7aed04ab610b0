package dev.kvasir.fuser.pickle;

import dev.kvasir.fuser.pickle.PickleValue.Dictionary;
import dev.kvasir.fuser.pickle.PickleValue.Flag;
import dev.kvasir.fuser.pickle.PickleValue.Global;
import dev.kvasir.fuser.pickle.PickleValue.Items;
import dev.kvasir.fuser.pickle.PickleValue.Mark;
import dev.kvasir.fuser.pickle.PickleValue.Nothing;
import dev.kvasir.fuser.pickle.PickleValue.Storage;
import dev.kvasir.fuser.pickle.PickleValue.Tensor;
import dev.kvasir.fuser.pickle.PickleValue.Text;
import dev.kvasir.fuser.pickle.PickleValue.Tuple;
import dev.kvasir.fuser.pickle.PickleValue.Whole;
import dev.kvasir.model.StoredType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the pickle of a state dictionary: the listed operations, with three constructors understood as data (an ordered
 * dictionary, a tensor, a typed storage). Everything else is refused, and nothing is ever called.
 */
final class PickleReader {

    private static final int MAX_OPERATIONS = 200_000;
    private static final int MAX_MEMO = 100_000;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_PROTOCOL = 4;
    static final String ORDERED_DICT = "collections.OrderedDict";
    static final String REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final Map<String, StoredType> STORAGES = Map.of(
            "torch.DoubleStorage", StoredType.F64,
            "torch.FloatStorage", StoredType.F32,
            "torch.HalfStorage", StoredType.F16,
            "torch.BFloat16Storage", StoredType.BF16,
            "torch.LongStorage", StoredType.I64,
            "torch.IntStorage", StoredType.I32,
            "torch.ShortStorage", StoredType.I16,
            "torch.CharStorage", StoredType.I8,
            "torch.ByteStorage", StoredType.U8,
            "torch.BoolStorage", StoredType.BOOL);

    private final PickleInput input;
    private final List<PickleValue> stack = new ArrayList<>();
    private final Map<Integer, PickleValue> memo = new HashMap<>();

    private PickleReader(PickleInput input) {
        this.input = input;
    }

    /**
     * What a storage of a type is called.
     *
     * @throws IllegalArgumentException if torch has none that is read
     */
    static String storageOf(StoredType type) {
        return STORAGES.entrySet().stream()
                .filter(storage -> storage.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No storage holds elements of " + type));
    }

    /** The named tensors of the dictionary, in its order. */
    static Map<String, Tensor> read(String file, byte[] pickle) {
        var reader = new PickleReader(new PickleInput(file, pickle));
        return reader.tensors(reader.run());
    }

    private Map<String, Tensor> tensors(PickleValue root) {
        if (!(root instanceof Dictionary dictionary)) {
            throw input.refuse(PickleFault.NOT_A_STATE_DICT, "data.pkl", "does not hold a dictionary");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        dictionary.entries().forEach((name, value) -> {
            if (!(value instanceof Tensor tensor)) {
                throw input.refuse(PickleFault.NOT_A_STATE_DICT, name, "is not a tensor");
            }
            tensors.put(name, tensor);
        });
        return tensors;
    }

    private PickleValue run() {
        for (int operations = 0; operations < MAX_OPERATIONS; operations++) {
            int operation = input.int8();
            if (operation == '.') {
                return pop();
            }
            if (!push(operation) && !combine(operation)) {
                throw input.refuse(
                        PickleFault.FORBIDDEN_OPERATION,
                        "operation 0x%02x is not one that is run".formatted(operation));
            }
        }
        throw input.refuse(PickleFault.PICKLE_LIMIT, "more than %d operations".formatted(MAX_OPERATIONS));
    }

    /** Operations that bring a value, and those without an effect. */
    private boolean push(int operation) {
        switch (operation) {
            case 0x80 -> checkProtocol(input.int8());
            case 0x95 -> input.int64(); // FRAME: how much follows, of no interest
            case '(' -> stack.add(new Mark());
            case 'N' -> stack.add(new Nothing());
            case 0x88 -> stack.add(new Flag(true));
            case 0x89 -> stack.add(new Flag(false));
            case 'K' -> stack.add(new Whole(input.int8()));
            case 'M' -> stack.add(new Whole(input.int16()));
            case 'J' -> stack.add(new Whole(input.int32()));
            case 0x8a -> stack.add(new Whole(input.whole(input.int8())));
            case 'X' -> stack.add(text(input.text(Integer.toUnsignedLong(input.int32()))));
            case 0x8c -> stack.add(text(input.text(input.int8())));
            case ')' -> stack.add(new Tuple(List.of(), 0));
            case ']' -> stack.add(new Items());
            case '}' -> stack.add(new Dictionary());
            case 'c' -> stack.add(global(input.line() + "." + input.line()));
            case 'B' -> input.refuseBytes(Integer.toUnsignedLong(input.int32()));
            case 'C' -> input.refuseBytes(input.int8());
            case 0x8e, 0x8d, 0x96 -> input.refuseBytes(input.int64());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Operations on what is on the stack. */
    private boolean combine(int operation) {
        switch (operation) {
            case 'q' -> remember(input.int8());
            case 'r' -> remember(input.int32());
            case 0x94 -> remember(memo.size());
            case 'h' -> recall(input.int8());
            case 'j' -> recall(input.int32());
            case '2' -> stack.add(peek());
            case 't' -> stack.add(tuple(popToMark()));
            case 0x85 -> stack.add(tuple(pop(1)));
            case 0x86 -> stack.add(tuple(pop(2)));
            case 0x87 -> stack.add(tuple(pop(3)));
            case 0x93 -> stack.add(stackGlobal());
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case 's' -> setItems(pop(2));
            case 'u' -> setItems(popToMark());
            case 'R' -> reduce();
            case 'b' -> build();
            case 'Q' -> stack.add(storage(pop()));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** No tensor is called like a path to Python's internals: what is, is refused before anything asks for it. */
    private Text text(String text) {
        if (text.contains(".__")) {
            String before = !stack.isEmpty() && stack.getLast() instanceof Text(String module) ? module + "." : "";
            throw input.refuse(PickleFault.FORBIDDEN_GLOBAL, before + text, "is not allowed; only tensors are read");
        }
        return new Text(text);
    }

    private void checkProtocol(int version) {
        if (version < 2 || version > MAX_PROTOCOL) {
            throw input.refuse(PickleFault.BAD_PICKLE, "protocol %d; 2 to 4 are read".formatted(version));
        }
    }

    private Global stackGlobal() {
        List<PickleValue> names = pop(2);
        if (!(names.getFirst() instanceof Text module) || !(names.getLast() instanceof Text name)) {
            throw input.refuse(PickleFault.BAD_PICKLE, "a global is named by two texts");
        }
        return global(module.text() + "." + name.text());
    }

    private Global global(String name) {
        if (!name.equals(ORDERED_DICT) && !name.equals(REBUILD_TENSOR) && !STORAGES.containsKey(name)) {
            boolean storage = name.matches("torch\\.\\w{1,30}Storage");
            throw input.refuse(
                    storage ? PickleFault.UNSUPPORTED_DTYPE : PickleFault.FORBIDDEN_GLOBAL,
                    storage ? entryName() : name,
                    storage ? "is a %s, which is not read".formatted(name) : "is not allowed; only tensors are read");
        }
        return new Global(name);
    }

    /** The name of the tensor that is being put together. */
    private String entryName() {
        for (PickleValue value : stack.reversed()) {
            if (value instanceof Text(String text) && !text.equals("storage")) {
                return text;
            }
        }
        return "data.pkl";
    }

    private void remember(int index) {
        if (index < 0 || index >= MAX_MEMO) {
            throw input.refuse(PickleFault.PICKLE_LIMIT, "memo index " + Integer.toUnsignedString(index));
        }
        memo.put(index, peek());
    }

    private void recall(int index) {
        PickleValue value = memo.get(index);
        if (value == null) {
            throw input.refuse(PickleFault.BAD_PICKLE, "memo index %d is empty".formatted(index));
        }
        stack.add(value);
    }

    private Tuple tuple(List<PickleValue> items) {
        int depth = 1 + items.stream().mapToInt(PickleValue::depth).max().orElse(0);
        if (depth > MAX_DEPTH) {
            throw input.refuse(PickleFault.PICKLE_LIMIT, "tuples are nested more than %d deep".formatted(MAX_DEPTH));
        }
        return new Tuple(items, depth);
    }

    private void append(List<PickleValue> items) {
        if (!(peek() instanceof Items)) {
            throw input.refuse(
                    PickleFault.BAD_PICKLE, "%d items for something that is no list".formatted(items.size()));
        }
    }

    private void setItems(List<PickleValue> items) {
        if (!(peek() instanceof Dictionary dictionary) || items.size() % 2 != 0) {
            throw input.refuse(PickleFault.BAD_PICKLE, "entries for something that is no dictionary");
        }
        for (int i = 0; i < items.size(); i += 2) {
            if (!(items.get(i) instanceof Text name)) {
                throw input.refuse(PickleFault.NOT_A_STATE_DICT, "the keys of a dictionary must be texts");
            }
            if (dictionary.entries().put(name.text(), items.get(i + 1)) != null) {
                throw input.refuse(PickleFault.BAD_PICKLE, name.text(), "is there twice");
            }
        }
    }

    private void reduce() {
        PickleValue arguments = pop();
        PickleValue callee = pop();
        if (!(callee instanceof Global(String name)) || !(arguments instanceof Tuple tuple)) {
            throw input.refuse(PickleFault.BAD_PICKLE, "REDUCE needs a name and a tuple");
        }
        if (name.equals(ORDERED_DICT) && tuple.items().isEmpty()) {
            stack.add(new Dictionary());
        } else if (name.equals(REBUILD_TENSOR)) {
            stack.add(tensor(tuple.items()));
        } else {
            throw input.refuse(PickleFault.FORBIDDEN_OPERATION, name, "is not called with these arguments");
        }
    }

    /** Attributes of a dictionary ({@code _metadata}): dropped. */
    private void build() {
        PickleValue state = pop();
        if (!(peek() instanceof Dictionary) || !(state instanceof Dictionary)) {
            throw input.refuse(PickleFault.FORBIDDEN_OPERATION, "BUILD is for dictionaries");
        }
    }

    /** ("storage", type, key, location, number of elements). */
    private Storage storage(PickleValue id) {
        if (id instanceof Tuple(List<PickleValue> items, int depth)
                && items.size() == 5
                && items.get(0) instanceof Text(String kind)
                && kind.equals("storage")
                && items.get(1) instanceof Global(String typeName)
                && STORAGES.containsKey(typeName)
                && items.get(2) instanceof Text(String key)
                && key.matches("\\d{1,9}")
                && items.get(3) instanceof Text(String location)
                && location.matches("cpu|cuda:\\d{1,3}")
                && items.get(4) instanceof Whole(long elements)
                && elements >= 0) {
            return new Storage(STORAGES.getOrDefault(typeName, StoredType.U8), key, elements);
        }
        throw input.refuse(PickleFault.BAD_PICKLE, "a persistent id is (storage, type, key, location, elements)");
    }

    /** (storage, offset, shape, strides, gradient flag, hooks). */
    private Tensor tensor(List<PickleValue> items) {
        if (items.size() == 6
                && items.get(0) instanceof Storage storage
                && items.get(1) instanceof Whole(long offset)
                && items.get(2) instanceof Tuple shape
                && items.get(3) instanceof Tuple strides
                && items.get(4) instanceof Flag
                && items.get(5) instanceof Dictionary hooks
                && hooks.entries().isEmpty()) {
            return new Tensor(storage, offset, numbers(shape), numbers(strides));
        }
        throw input.refuse(PickleFault.BAD_PICKLE, "a tensor is (storage, offset, shape, strides, flag, no hooks)");
    }

    private List<Long> numbers(Tuple tuple) {
        List<Long> numbers = new ArrayList<>();
        for (PickleValue item : tuple.items()) {
            if (!(item instanceof Whole(long number)) || number < 0) {
                throw input.refuse(PickleFault.BAD_PICKLE, "shapes and strides are whole numbers from 0");
            }
            numbers.add(number);
        }
        return numbers;
    }

    private PickleValue peek() {
        if (stack.isEmpty()) {
            throw underflow();
        }
        return stack.getLast();
    }

    private PickleValue pop() {
        return pop(1).getFirst();
    }

    private List<PickleValue> pop(int count) {
        if (stack.size() < count) {
            throw underflow();
        }
        List<PickleValue> top = stack.subList(stack.size() - count, stack.size());
        List<PickleValue> popped = List.copyOf(top);
        top.clear();
        return popped;
    }

    private List<PickleValue> popToMark() {
        for (int i = stack.size() - 1; i >= 0; i--) {
            if (stack.get(i) instanceof Mark) {
                List<PickleValue> popped = pop(stack.size() - i - 1);
                stack.removeLast();
                return popped;
            }
        }
        throw underflow();
    }

    private PickleRefusedException underflow() {
        return input.refuse(PickleFault.BAD_PICKLE, "an operation finds too little on the stack");
    }
}
