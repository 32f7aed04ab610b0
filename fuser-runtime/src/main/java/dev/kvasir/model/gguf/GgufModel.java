package dev.kvasir.model.gguf;

import dev.kvasir.model.GgufVocabulary;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelFile;
import dev.kvasir.model.Weights;
import java.nio.file.Path;
import java.util.Optional;

/** A whole model in one GGUF file. */
public final class GgufModel implements AutoCloseable {

    private final ModelConfig config;
    private final GgufTokens tokens;
    private final Weights weights;
    private final String licence;

    private GgufModel(GgufFile gguf) {
        this.tokens = GgufTokens.read(gguf.metadata());
        this.config = GgufConfig.read(gguf, tokens);
        this.weights = GgufWeights.of(gguf, config);
        this.licence = gguf.metadata().note("general.license");
    }

    /**
     * Opens a file and checks its head.
     *
     * @throws dev.kvasir.model.ModelInvalidException naming the tensor or key and the rule it breaks
     */
    public static GgufModel open(Path path) {
        ModelFile file = ModelFile.open(path);
        try {
            return new GgufModel(GgufFile.read(file));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    public ModelConfig config() {
        return config;
    }

    public GgufVocabulary vocabulary() {
        return tokens.vocabulary();
    }

    /** The template's source. */
    public Optional<String> chatTemplate() {
        return tokens.chatTemplate();
    }

    /** The licence that the file names, such as {@code apache-2.0}; empty if it names none. */
    public String licence() {
        return licence;
    }

    public Weights weights() {
        return weights;
    }

    @Override
    public void close() {
        weights.close();
    }
}
