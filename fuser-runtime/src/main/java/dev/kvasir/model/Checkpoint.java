package dev.kvasir.model;

import dev.kvasir.model.gguf.GgufModel;
import dev.kvasir.model.tokenizer.GgufTokenizer;
import dev.kvasir.model.tokenizer.TokenizerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model as it lies on disk: a Hugging Face folder or a GGUF file, checked before anything is computed with it.
 *
 * <p>Weights are read when they are asked for. Whoever opens a checkpoint closes it; a model that has been loaded from it
 * no longer needs it, its tokenizer does.
 */
public final class Checkpoint implements AutoCloseable {

    private static final long MAX_CONFIG_BYTES = 1_000_000;

    private final Path path;
    private final ModelConfig config;
    private final GenerationDefaults generation;
    private final Weights weights;
    private final Language language;
    private final String licence;

    private Checkpoint(
            Path path,
            ModelConfig config,
            GenerationDefaults generation,
            Weights weights,
            Language language,
            String licence) {
        this.path = path;
        this.config = config;
        this.generation = generation;
        this.weights = weights;
        this.language = language;
        this.licence = licence;
    }

    /**
     * Opens and checks a model.
     *
     * @param path a folder with {@code config.json}, weights and {@code tokenizer.json}, or a GGUF file
     * @throws ModelNotFoundException if nothing lies there
     * @throws ModelInvalidException naming the file, the tensor or key, and the rule it breaks
     */
    public static Checkpoint open(Path path) {
        if (!Files.exists(path)) {
            throw new ModelNotFoundException(
                    "There is no model at %s; give a model folder or a .gguf file.".formatted(path));
        }
        return Files.isDirectory(path) ? openFolder(path) : openGguf(path);
    }

    /**
     * Checks the small files of a folder whose weights are not there yet.
     *
     * @throws ModelInvalidException as {@link #open}
     */
    public static void checkWithoutWeights(Path folder) {
        ModelConfig config = readConfig(folder);
        GenerationReader.read(folder, config);
        TokenizerFolder.open(folder, config.vocabularySize()).close();
    }

    private static ModelConfig readConfig(Path folder) {
        Path file = folder.resolve("config.json");
        return ConfigReader.read(new ConfigObject("config.json", BoundedJson.readObject(file, MAX_CONFIG_BYTES)));
    }

    private static Checkpoint openGguf(Path file) {
        GgufModel model = GgufModel.open(file);
        try {
            ExpectedTensors.check(ModelFile.fileName(file), model.config(), model.weights());
            return new Checkpoint(
                    file,
                    model.config(),
                    GenerationDefaults.greedy(model.config().endIds()),
                    model.weights(),
                    new Language(
                            () -> GgufTokenizer.open(
                                    ModelFile.fileName(file),
                                    model.vocabulary(),
                                    model.config().vocabularySize()),
                            model::chatTemplate),
                    model.licence());
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private static Checkpoint openFolder(Path folder) {
        ModelConfig plain = readConfig(folder);
        GenerationDefaults generation = GenerationReader.read(folder, plain);
        ModelConfig config = ConfigReader.withGeneration(plain, generation);
        SafetensorsWeights weights = SafetensorsWeights.open(folder);
        try {
            ExpectedTensors.check("model.safetensors", config, weights);
            Language language = new Language(
                    () -> TokenizerFolder.open(folder, config.vocabularySize()),
                    () -> TokenizerFolder.chatTemplate(folder));
            return new Checkpoint(folder, config, generation, weights, language, "");
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    public ModelConfig config() {
        return config;
    }

    /** The licence that the model's own file names; empty for a folder, whose licence lies beside it. */
    public String licence() {
        return licence;
    }

    public GenerationDefaults generationDefaults() {
        return generation;
    }

    /** Closed with the checkpoint. */
    public Weights weights() {
        return weights;
    }

    /**
     * The model's tokenizer, opened when it is first asked for and closed with the checkpoint.
     *
     * @throws ModelInvalidException if it is damaged, hostile or of a kind that is not supported
     */
    public Tokenizer tokenizer() {
        return language.tokenizer();
    }

    /**
     * How the model reads conversations; empty if the model brings no template.
     *
     * @throws ChatTemplateException if the template cannot be read
     */
    public Optional<ChatTemplate> chatTemplate() {
        return language.chatTemplate();
    }

    @Override
    public void close() {
        language.close();
        weights.close();
    }
}
