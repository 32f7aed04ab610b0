package dev.kvasir.device;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Things of so many MiB that do nothing but be there, and who of them was unloaded. */
final class Mebibytes {

    static final long ONE = 1 << 20;

    private final Queue<String> unloaded = new ConcurrentLinkedQueue<>();

    static DeviceSlot slot(String name, long mebibytes) {
        return new DeviceSlot(name, mebibytes * ONE);
    }

    ResidentRequest<Thing> thing(String name, long mebibytes) {
        return new ResidentRequest<>(key(name), name, mebibytes * ONE, slot -> new Thing(this, name, mebibytes * ONE));
    }

    static String key(String name) {
        return "model:" + name;
    }

    static Needs cache(String name, long mebibytes) {
        return Needs.cache("the KV cache of " + name, mebibytes * ONE);
    }

    /** In the order in which they went. */
    List<String> unloaded() {
        return List.copyOf(unloaded);
    }

    record Thing(Mebibytes owner, String name, long bytes) implements Resident {

        @Override
        public void close() {
            owner.unloaded.add(name);
        }
    }
}
