package dev.kvasir.fuser;

import dev.kvasir.fuser.FuserCheckpoint.Layout;
import dev.kvasir.fuser.FuserInvalidException.Fault;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.SafetensorsWriter;
import dev.kvasir.model.StoredType;
import dev.kvasir.model.TensorShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One {@code fuser.safetensors}, keys {@code projector_<i>.<name>}. Ours carries the {@link FuserDescription} as JSON in
 * its metadata; one without is described by the released layout's files beside it.
 */
final class FuserFile implements FuserTensors {

    static final String NAME = "fuser.safetensors";

    private static final String DESCRIPTION = "kvasir.fuser";
    private static final String DIAL = "dial";
    private static final Pattern KEY = Pattern.compile("projector_(0|[1-9]\\d{0,4})\\.(.+)");

    private final SafetensorsFile file;
    private final List<Set<String>> names = new ArrayList<>();

    private FuserFile(SafetensorsFile file) {
        this.file = file;
    }

    static FuserCheckpoint open(Path folder) {
        SafetensorsFile file;
        try {
            file = SafetensorsFile.open(folder.resolve(NAME));
        } catch (ModelInvalidException fault) {
            throw unreadable(fault);
        }
        try {
            FuserFile tensors = new FuserFile(file);
            String json = file.metadata().get(DESCRIPTION);
            FuserDescription description = json == null ? new ReleasedFuser(folder).describe() : parse(json);
            tensors.sort(description.layerFusers().size());
            Layout layout = json == null ? Layout.RELEASED : Layout.OURS;
            return new FuserCheckpoint(folder, layout, description, tensors);
        } catch (RuntimeException fault) {
            file.close();
            throw fault;
        }
    }

    private static FuserDescription parse(String json) {
        try {
            JsonNode node = FuserJson.MAPPER.readTree(json);
            if (node instanceof ObjectNode object && !object.has(DIAL)) { // written before fusers told it
                object.set(DIAL, FuserJson.MAPPER.valueToTree(PartialFusion.ALL));
            }
            return FuserJson.MAPPER.treeToValue(node, FuserDescription.class);
        } catch (JacksonException fault) {
            throw new FuserInvalidException(
                    Fault.BAD_CONFIG,
                    NAME,
                    DESCRIPTION,
                    "is no description of a fuser: " + fault.getOriginalMessage(),
                    fault);
        }
    }

    static void write(Path folder, FuserDescription description, FuserTensors tensors) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("format", "pt")
                .metadata(DESCRIPTION, FuserJson.MAPPER.writeValueAsString(description));
        for (int i = 0; i < description.layerFusers().size(); i++) {
            int layerFuser = i;
            for (String name : new TreeSet<>(tensors.names(i))) {
                writer.add(
                        keyOf(i, name),
                        tensors.type(i, name),
                        new TensorShape(tensors.shape(i, name)),
                        () -> tensors.bytes(layerFuser, name));
            }
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot make the folder " + folder, fault);
        }
        writer.write(folder.resolve(NAME));
    }

    /** The tensor's name in the file. */
    static String keyOf(int layerFuser, String name) {
        return "projector_%d.%s".formatted(layerFuser, name);
    }

    private static FuserInvalidException unreadable(ModelInvalidException fault) {
        return new FuserInvalidException(
                Fault.UNREADABLE, NAME, "(see cause)", String.valueOf(fault.getMessage()), fault);
    }

    private void sort(int layerFusers) {
        for (int i = 0; i < layerFusers; i++) {
            names.add(new TreeSet<>());
        }
        for (String key : file.names()) {
            Matcher matcher = KEY.matcher(key);
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= layerFusers) {
                throw new FuserInvalidException(
                        Fault.UNEXPECTED_KEY,
                        NAME,
                        key,
                        "belongs to none of the %d layer fusers".formatted(layerFusers));
            }
            names.get(Integer.parseInt(matcher.group(1))).add(matcher.group(2));
        }
    }

    @Override
    public Set<String> names(int layerFuser) {
        return names.get(layerFuser);
    }

    @Override
    public List<Long> shape(int layerFuser, String name) {
        return file.entry(keyOf(layerFuser, name)).shape().dimensions();
    }

    @Override
    public StoredType type(int layerFuser, String name) {
        return file.entry(keyOf(layerFuser, name)).type();
    }

    @Override
    public void read(int layerFuser, String name, FloatBuffer target) {
        try {
            file.readFloats(keyOf(layerFuser, name), target);
        } catch (ModelInvalidException fault) {
            throw unreadable(fault);
        }
    }

    @Override
    public ByteBuffer bytes(int layerFuser, String name) {
        return file.readBytes(keyOf(layerFuser, name));
    }

    @Override
    public String file(int layerFuser) {
        return NAME;
    }

    @Override
    public String key(int layerFuser, String name) {
        return keyOf(layerFuser, name);
    }

    @Override
    public void close() {
        file.close();
    }
}
