package dev.kvasir.model;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The safetensors files of a model folder: one, or the shards that the index names. */
final class SafetensorsWeights implements Weights {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final long MAX_INDEX_BYTES = 50_000_000;
    private static final int MAX_SHARDS = 1_000;

    private final List<SafetensorsFile> files = new ArrayList<>();
    private final Map<String, Stored> tensors = new LinkedHashMap<>();

    private record Stored(SafetensorsFile file, String name) {}

    private SafetensorsWeights() {}

    static SafetensorsWeights open(Path folder) {
        var weights = new SafetensorsWeights();
        try {
            if (Files.exists(folder.resolve(INDEX))) {
                weights.openShards(folder, folder.resolve(INDEX));
            } else {
                weights.openSingle(folder.resolve(SINGLE));
            }
            return weights;
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }

    private void openSingle(Path path) {
        SafetensorsFile file = openFile(path);
        file.names().forEach(name -> add(file, name));
    }

    private void openShards(Path folder, Path index) {
        JsonNode map = BoundedJson.readObject(index, MAX_INDEX_BYTES).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new ModelInvalidException(INDEX, "weight_map", "must be an object that maps tensors to files");
        }
        Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
        map.properties().forEach(mapping -> {
            String shard = shardName(mapping.getKey(), mapping.getValue());
            if (!shards.containsKey(shard)) {
                shards.put(shard, openShard(folder, shard, shards.size()));
            }
            SafetensorsFile file = shards.get(shard);
            if (!file.names().contains(mapping.getKey())) {
                throw new ModelInvalidException(
                        INDEX, mapping.getKey(), "is said to be in %s, which has no such tensor".formatted(shard));
            }
            add(file, mapping.getKey());
        });
    }

    /** A shard's name is a plain file name in the folder, never a path. */
    private static String shardName(String tensor, JsonNode value) {
        String name = value.isString() ? value.stringValue() : "";
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,199}") || !name.endsWith(".safetensors")) {
            throw new ModelInvalidException(
                    INDEX,
                    tensor,
                    "a shard is a plain name that ends in .safetensors, not "
                            + BoundedJson.shortened(value.toString()));
        }
        return name;
    }

    private SafetensorsFile openShard(Path folder, String shard, int opened) {
        if (opened >= MAX_SHARDS) {
            throw new ModelInvalidException(INDEX, "weight_map", "names more than %d shards".formatted(MAX_SHARDS));
        }
        return openFile(folder.resolve(shard));
    }

    private SafetensorsFile openFile(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        files.add(file);
        return file;
    }

    private void add(SafetensorsFile file, String name) {
        Stored before = tensors.putIfAbsent(plainName(name), new Stored(file, name));
        if (before != null) {
            throw new ModelInvalidException(
                    ModelFile.fileName(file.path()), name, "is the same tensor as " + before.name());
        }
    }

    /** Multimodal checkpoints put the text model under a prefix. */
    private static String plainName(String name) {
        if (name.startsWith("model.language_model.")) {
            return "model." + name.substring("model.language_model.".length());
        }
        return name.startsWith("language_model.") ? name.substring("language_model.".length()) : name;
    }

    List<Path> paths() {
        return files.stream().map(SafetensorsFile::path).toList();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public TensorShape shape(String name) {
        return entry(name).shape();
    }

    @Override
    public String storedAs(String name) {
        return entry(name).type().name();
    }

    private SafetensorsEntry entry(String name) {
        Stored stored = stored(name);
        return stored.file().entry(stored.name());
    }

    private Stored stored(String name) {
        Stored stored = tensors.get(name);
        if (stored == null) {
            throw new ModelInvalidException("model", name, "is missing");
        }
        return stored;
    }

    @Override
    public void readFloats(String name, FloatBuffer target) {
        Stored stored = stored(name);
        stored.file().readFloats(stored.name(), target);
    }

    @Override
    public void readRows(String name, int from, int to, FloatBuffer target) {
        Stored stored = stored(name);
        stored.file().readRows(stored.name(), from, to, target);
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
