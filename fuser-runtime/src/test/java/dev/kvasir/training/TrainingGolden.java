package dev.kvasir.training;

import dev.kvasir.Goldens;
import dev.kvasir.fuser.Ablation;
import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.fuser.LayerFuserShape;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.StoredType;
import dev.kvasir.training.TrainingSample.SampleSection;
import dev.kvasir.training.TrainingSample.TokenRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One training case of the golden folder. */
final class TrainingGolden implements AutoCloseable {

    private final JsonNode json;
    private final SafetensorsFile tensors;
    private final Path fuser;

    TrainingGolden(Path root, Path file) {
        this.json = Goldens.json(root.resolve(file));
        this.tensors = SafetensorsFile.open(
                root.resolve(file).resolveSibling(json.get("tensors").asString()));
        this.fuser = root.resolve("fusers")
                .resolve(json.get("sharers").get(0).get("fuser").asString());
    }

    JsonNode json() {
        return json;
    }

    String receiver() {
        return json.get("receiver").asString();
    }

    String sharer() {
        return json.get("sharers").get(0).get("model").asString();
    }

    boolean aligned() {
        return !json.get("alignment").isNull();
    }

    AlignmentMode alignment() {
        return aligned()
                ? AlignmentMode.valueOf(json.get("alignment").asString().toUpperCase(Locale.ROOT))
                : AlignmentMode.SAME_VOCABULARY;
    }

    ChatInput chat(int row) {
        List<Map<String, @Nullable Object>> messages = new ArrayList<>();
        for (JsonNode message : json.get("chats").get(row)) {
            messages.add(ChatInput.message(
                    message.get("role").asString(), message.get("content").asString()));
        }
        return ChatFile.finished(messages);
    }

    double dropout() {
        return json.get("dropout").asDouble();
    }

    JsonNode steps(boolean wide) {
        return json.get("expected").get(wide ? "f64" : "f32").get("steps");
    }

    JsonNode expected(boolean wide) {
        return json.get("expected").get(wide ? "f64" : "f32");
    }

    List<Integer> layerOf() {
        JsonNode map = Goldens.json(fuser.resolve("final/projector_config.json"))
                .get("0")
                .get("1");
        List<Integer> layers = new ArrayList<>();
        for (int layer = 0; layer < map.size(); layer++) {
            layers.add(map.get(String.valueOf(layer)).get(0).get(0).asInt());
        }
        return layers;
    }

    LayerFuserShape shape() {
        JsonNode sizes = Goldens.json(fuser.resolve("final/projector_0.json")).get("init_args");
        return new LayerFuserShape(
                sizes.get("source_num_heads").asInt(),
                sizes.get("source_dim").asInt(),
                sizes.get("target_num_heads").asInt(),
                sizes.get("target_dim").asInt(),
                sizes.get("hidden_dim").asInt(),
                sizes.get("intermediate_dim").asInt(),
                sizes.get("num_layers").asInt(),
                Ablation.NONE);
    }

    SafetensorsFile fuser() {
        return SafetensorsFile.open(fuser.resolve("fuser.safetensors"));
    }

    /** The chats as the reference tokenised them, before collation. */
    List<TrainingSample> samples() {
        List<TrainingSample> samples = new ArrayList<>();
        for (int row = 0; row < json.get("features").size(); row++) {
            samples.add(sample(json.get("features").get(row), row));
        }
        return samples;
    }

    private TrainingSample sample(JsonNode feature, int row) {
        List<Integer> receiver = integers(aligned() ? feature.get("input_ids").get(0) : feature.get("input_ids"));
        List<Integer> sharer = integers(aligned() ? feature.get("input_ids").get(1) : feature.get("input_ids"));
        List<SampleSection> sections = sections(feature.get("kv_cache_index"));
        return TrainingSample.placeByPlace(
                new TokenRow(receiver, real(0, row, sections)),
                new TokenRow(sharer, real(1, row, sections)),
                integers(feature.get("labels")),
                sections);
    }

    /** The padding masks are only recorded after collation. */
    private List<Boolean> real(int model, int row, List<SampleSection> sections) {
        JsonNode masks = json.get("batch").get("attention_mask");
        JsonNode mask = aligned() ? masks.get(model).get(row) : masks.get(row);
        List<Boolean> real = new ArrayList<>();
        int start = 0;
        for (int s = 0; s < sections.size(); s++) {
            for (int t = 0; t < sections.get(s).length(); t++) {
                real.add(mask.get(start + t).asDouble() > 0);
            }
            start += json.get("sections").get(s).get("len").asInt();
        }
        return real;
    }

    private static List<SampleSection> sections(JsonNode index) {
        List<SampleSection> sections = new ArrayList<>();
        int length = 0;
        for (int t = 0; t < index.size(); t++) {
            length++;
            boolean ends = t + 1 == index.size()
                    || index.get(t + 1).get(0).asInt() != index.get(t).get(0).asInt();
            if (ends) {
                sections.add(new SampleSection(length, index.get(t).get(0).asInt() > 0));
                length = 0;
            }
        }
        return sections;
    }

    /** The ids that the reference filled up with. */
    int pad() {
        return padOf(0);
    }

    private int padOf(int model) {
        JsonNode ids = json.get("batch").get("input_ids");
        JsonNode masks = json.get("batch").get("attention_mask");
        for (int row = 0; row < json.get("features").size(); row++) {
            JsonNode own = aligned() ? ids.get(model).get(row) : ids.get(row);
            JsonNode mask = aligned() ? masks.get(model).get(row) : masks.get(row);
            for (int t = 0; t < own.size(); t++) {
                if (mask.get(t).asDouble() == 0) {
                    return own.get(t).asInt();
                }
            }
        }
        return 0;
    }

    static List<Integer> integers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    double[] tensor(String name) {
        ByteBuffer bytes = tensors.readBytes(name).order(ByteOrder.LITTLE_ENDIAN);
        StoredType type = tensors.entry(name).type();
        double[] values = new double[bytes.remaining() / type.bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case F64 -> bytes.getDouble();
                case F32 -> bytes.getFloat();
                default -> bytes.get();
            };
        }
        return values;
    }

    boolean storedWide(String name) {
        return tensors.entry(name).type() == StoredType.F64;
    }

    @Override
    public void close() {
        tensors.close();
    }
}
