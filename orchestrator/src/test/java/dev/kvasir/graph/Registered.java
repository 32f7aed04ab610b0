package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** A registry with the models and fusers that a test names, and two tools. */
public final class Registered implements Registry {

    private final List<Model> models = new ArrayList<>();
    private final List<Fuser> fusers = new ArrayList<>();
    private OptionalLong largest = OptionalLong.empty();

    static final CacheShape SHARER = new CacheShape("qwen2", 24, 2, 64);
    static final CacheShape RECEIVER = new CacheShape("llama", 30, 3, 64);

    /** The pocket pair and its fuser, a remote model, and the echo. */
    public static Registered pocket() {
        Registered registered = new Registered();
        registered.models.add(local("pocket-sharer", "aaaa1111", SHARER));
        registered.models.add(local("pocket-receiver", "bbbb2222", RECEIVER));
        registered.models.add(new Model("gpt", "cccc3333", Location.REMOTE, CacheShape.NONE, 0, 0));
        registered.models.add(new Model("echo", "dddd4444", Location.BUILT_IN, CacheShape.NONE, 0, 0));
        return registered.withFuser("pocket", "pocket-sharer", "pocket-receiver");
    }

    Registered withFuser(String name, String sharer, String receiver) {
        fusers.add(new Fuser(name, "f0", end(sharer), end(receiver)));
        return this;
    }

    Registered with(Fuser fuser) {
        fusers.add(fuser);
        return this;
    }

    Registered withLargestDevice(long bytes) {
        largest = OptionalLong.of(bytes);
        return this;
    }

    private End end(String model) {
        return model(model)
                .map(found -> new End(found.name(), found.digest(), found.cache()))
                .orElse(new End(model, "", SHARER));
    }

    private static Model local(String name, String digest, CacheShape cache) {
        return new Model(name, digest, Location.LOCAL, cache, 2048, 3L << 29);
    }

    @Override
    public Optional<Model> model(String name) {
        return models.stream().filter(model -> model.isNamed(name)).findFirst();
    }

    @Override
    public Optional<Fuser> fuser(String name) {
        return fusers.stream().filter(fuser -> fuser.name().equals(name)).findFirst();
    }

    @Override
    public List<String> modelNames() {
        return models.stream().map(Model::name).sorted().toList();
    }

    @Override
    public List<Fuser> fusers() {
        return List.copyOf(fusers);
    }

    @Override
    public List<String> toolNames() {
        return List.of("builtin:calculator", "mcp:files/read");
    }

    /** Both take one text, the calculator nothing else. */
    @Override
    public Optional<JsonNode> tool(String name) {
        return switch (name) {
            case "builtin:calculator" ->
                Optional.of(StrictJson.read(
                        "{\"type\":\"object\",\"properties\":{\"expression\":{\"type\":\"string\"}},\"required\":"
                                + "[\"expression\"],\"additionalProperties\":false}",
                        1000));
            case "mcp:files/read" -> Optional.of(StrictJson.read("{\"type\":\"object\"}", 1000));
            default -> Optional.empty();
        };
    }

    @Override
    public OptionalLong largestDeviceBytes() {
        return largest;
    }
}
