package dev.kvasir.device;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What shall be had on one device together: all of it or nothing.
 *
 * @param residents each key once, in the order of the keys
 * @param caches room for what the pool does not load itself
 */
public record Needs(List<ResidentRequest<?>> residents, List<CacheRequest> caches) {

    /**
     * Room for a KV cache at its full length, or the like.
     *
     * @param name what people call it, such as {@code the KV cache of m}
     */
    public record CacheRequest(String name, long bytes) {

        public CacheRequest {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes of " + name + " must not be negative: " + bytes);
            }
        }
    }

    public Needs {
        TreeMap<String, ResidentRequest<?>> byKey = new TreeMap<>();
        residents.forEach(request -> byKey.putIfAbsent(request.key(), request));
        residents = List.copyOf(byKey.values());
        caches = List.copyOf(caches);
        if (residents.isEmpty() && caches.isEmpty()) {
            throw new IllegalArgumentException("Nothing is needed: name a resident or a cache.");
        }
    }

    public static Needs of(ResidentRequest<?> resident) {
        return new Needs(List.of(resident), List.of());
    }

    public static Needs cache(String name, long bytes) {
        return new Needs(List.of(), List.of(new CacheRequest(name, bytes)));
    }

    /** The same with room for one more cache. */
    public Needs with(CacheRequest cache) {
        List<CacheRequest> more = new ArrayList<>(caches);
        more.add(cache);
        return new Needs(residents, more);
    }

    /** Like {@code 'a'}, or {@code 'a', 'b' and the KV cache of b}. */
    String names() {
        List<String> names = new ArrayList<>();
        residents.forEach(request -> names.add("'" + request.name() + "'"));
        caches.forEach(cache -> names.add(names.isEmpty() ? "'" + cache.name() + "'" : cache.name()));
        String last = names.removeLast();
        return names.isEmpty() ? last : String.join(", ", names) + " and " + last;
    }

    /** The names with their verb. */
    String subject() {
        return names() + (residents.size() + caches.size() == 1 ? " needs" : " need");
    }

    ResidentRequest<?> resident(String key) {
        return residents.stream()
                .filter(request -> request.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    boolean include(String key) {
        return residents.stream().anyMatch(request -> request.key().equals(key));
    }
}
