package dev.kvasir.fuzzing;

import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserInvalidException;
import dev.kvasir.fuser.LayerFuserShape;
import dev.kvasir.fuser.pickle.PickledTensors;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Weights;
import dev.kvasir.model.tokenizer.TokenizerFolder;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads each kind of foreign file to its end, from a folder that is its own. */
final class Readings {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-07T09:05:00Z"), ZoneOffset.UTC);
    private static final int VOCABULARY = 1_000;

    private Readings() {}

    static void safetensors(Path folder, byte[] input) throws IOException {
        Path file = Files.write(folder.resolve("model.safetensors"), input);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            tensors.metadata();
            for (String name : tensors.names()) {
                tensors.readBytes(name);
                if (tensors.entry(name).type().weight()) {
                    tensors.readFloats(name, floats(tensors.entry(name).shape().elements()));
                }
            }
        }
    }

    static void safetensorsHeader(Path folder, byte[] input) throws IOException {
        safetensors(folder, Wrapping.safetensors(input, Held.TENSORS));
    }

    static void index(Path folder, byte[] input) throws IOException {
        prepare(folder, Samples.BASE);
        Files.write(folder.resolve("model.safetensors.index.json"), input);
        readModel(folder);
    }

    static void gguf(Path folder, byte[] input) throws IOException {
        readModel(Files.write(folder.resolve("model.gguf"), input));
    }

    static void pickleZip(Path folder, byte[] input) throws IOException {
        Path file = Files.write(folder.resolve("fuser.pt"), input);
        try (PickledTensors tensors = PickledTensors.open(file)) {
            for (String name : tensors.names()) {
                tensors.readBytes(name);
                if (tensors.type(name).weight()) {
                    tensors.readFloats(name, floats(tensors.shape(name).elements()));
                }
            }
        }
    }

    static void pickle(Path folder, byte[] input) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(Held.PICKLED);
        entries.replaceAll((name, content) -> name.endsWith(Samples.PICKLE) ? input : content);
        pickleZip(folder, Wrapping.zip(entries));
    }

    static void config(Path folder, byte[] input) throws IOException {
        prepare(folder, Samples.BASE);
        Files.write(folder.resolve("config.json"), input);
        Checkpoint.open(folder).close();
    }

    static void settings(Path folder, byte[] input) throws IOException {
        prepare(folder, Samples.BASE);
        Files.write(folder.resolve("generation_config.json"), input);
        Files.write(folder.resolve("tokenizer_config.json"), input);
        readModel(folder);
    }

    static void tokenizer(Path folder, byte[] input) throws IOException {
        Files.write(folder.resolve("tokenizer.json"), input);
        try (Tokenizer tokenizer = TokenizerFolder.open(folder, VOCABULARY)) {
            speak(tokenizer);
        }
    }

    static void template(Path folder, byte[] input) {
        String source = new String(input, StandardCharsets.UTF_8);
        ChatTemplate template = ChatTemplate.compile(source, Map.of("bos_token", "<s>"), CLOCK);
        template.prompt(ChatInput.prompt(
                List.of(ChatInput.message("system", "Be brief."), ChatInput.message("user", "Hello there"))));
    }

    /** One file after another is the input, the others are right. */
    static void fuserFolder(Path folder, byte[] input) throws IOException {
        prepare(folder, Samples.FUSER);
        List<FuserInvalidException> refusals = new ArrayList<>();
        for (String name : List.of("config.json", "final/projector_0.json", "final/projector_config.json")) {
            Files.write(folder.resolve(name), input);
            try (FuserCheckpoint fuser = FuserCheckpoint.openPickled(folder)) {
                use(fuser);
            } catch (FuserInvalidException refusal) {
                refusals.add(refusal);
            } finally {
                Files.copy(Samples.FUSER.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!refusals.isEmpty()) {
            throw refusals.getLast();
        }
    }

    static void fuserDescription(Path folder, byte[] input) throws IOException {
        Files.write(folder.resolve("fuser.safetensors"), Wrapping.described(Held.FUSER, input));
        try (FuserCheckpoint fuser = FuserCheckpoint.open(folder)) {
            use(fuser);
        }
    }

    private static void use(FuserCheckpoint fuser) {
        fuser.digest();
        fuser.description().parameters();
        List<LayerFuserShape> shapes = fuser.description().layerFusers();
        for (int i = 0; i < shapes.size(); i++) {
            for (String name : shapes.get(i).tensors().keySet()) {
                fuser.read(i, name);
            }
        }
        fuser.requireFit(Held.RECEIVER, Held.SHARER);
    }

    /** What inputs are put into or held against. */
    private static final class Held {
        static final byte[] TENSORS = Wrapping.tensors(Samples.bytes(Samples.BASE.resolve("model.safetensors")));
        static final Map<String, byte[]> PICKLED = Samples.entries(Samples.PICKLED);
        static final byte[] FUSER = Samples.describedFuser();
        static final ModelConfig RECEIVER = model("recv-llama");
        static final ModelConfig SHARER = model("share-qwen2");

        private static ModelConfig model(String name) {
            try (Checkpoint checkpoint = Checkpoint.open(Samples.GOLDEN.resolve("c2c/models/" + name))) {
                return checkpoint.config();
            }
        }
    }

    private static void readModel(Path model) {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            Weights weights = checkpoint.weights();
            for (String name : weights.names()) {
                weights.readFloats(name, floats(weights.shape(name).elements()));
            }
            speak(checkpoint.tokenizer());
            checkpoint.chatTemplate();
        }
    }

    private static FloatBuffer floats(long elements) {
        return FloatBuffer.allocate(Math.toIntExact(elements));
    }

    private static void speak(Tokenizer tokenizer) {
        List<Integer> ids = tokenizer
                .encode("Hello, 12 worlds! \u00e9\uD83D\uDE42", Tokenizer.SpecialTokens.ADD)
                .ids();
        tokenizer.decode(ids, Tokenizer.DecodedSpecials.KEEP);
    }

    private static void prepare(Path folder, Path sample) throws IOException {
        if (Files.exists(folder.resolve("config.json"))) {
            return;
        }
        for (Path file : Samples.filesBelow(sample)) {
            Path copy = folder.resolve(sample.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }
}
