package dev.kvasir.fuser.pickle;

import dev.kvasir.model.StoredType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pickle of a state dictionary is made of. Compared by identity: a hostile one may contain itself. */
sealed interface PickleValue {

    /** How deep tuples are nested in it. */
    default int depth() {
        return 0;
    }

    record Text(String text) implements PickleValue {}

    record Whole(long number) implements PickleValue {}

    record Flag(boolean value) implements PickleValue {}

    record Nothing() implements PickleValue {}

    /** Something of Python's by name; one of the list. */
    record Global(String name) implements PickleValue {}

    record Tuple(List<PickleValue> items, int depth) implements PickleValue {
        public Tuple {
            items = List.copyOf(items);
        }
    }

    /** A list; its items are of no interest. */
    record Items() implements PickleValue {}

    /** A dictionary; the only value that changes after it was made. */
    final class Dictionary implements PickleValue {
        private final Map<String, PickleValue> entries = new LinkedHashMap<>();

        Map<String, PickleValue> entries() {
            return entries;
        }
    }

    /**
     * A reference to an entry of the archive.
     *
     * @param elements how many it says it holds
     */
    record Storage(StoredType type, String key, long elements) implements PickleValue {}

    /** A view of a storage; offset and strides count elements. */
    record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides) implements PickleValue {
        public Tensor {
            shape = List.copyOf(shape);
            strides = List.copyOf(strides);
        }
    }

    /** Where a run of arguments begins. */
    record Mark() implements PickleValue {}
}
