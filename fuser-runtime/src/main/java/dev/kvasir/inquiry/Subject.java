package dev.kvasir.inquiry;

import java.util.List;

/** Whose caches a study looks at. Names are those under which models and fusers are registered. */
public sealed interface Subject {

    /** The models, each once. */
    List<String> models();

    /** A receiver, a sharer, and the fuser from sharer to receiver. */
    record Pair(String receiver, String sharer, String fuser) implements Subject {
        @Override
        public List<String> models() {
            return receiver.equals(sharer) ? List.of(receiver) : List.of(receiver, sharer);
        }
    }

    /** One model by itself. */
    record One(String model) implements Subject {
        @Override
        public List<String> models() {
            return List.of(model);
        }
    }
}
