package dev.kvasir.fuzzing;

import dev.kvasir.fuser.FuserInvalidException;
import dev.kvasir.fuser.pickle.PickleRefusedException;
import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ModelInvalidException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** The readers of foreign files: how long one input may take, how it may be refused, how it is read. */
enum ForeignReader {
    SAFETENSORS,
    /** The JSON alone, its length and the tensors' bytes right. */
    SAFETENSORS_HEADER,
    /** The index of a folder whose weights lie in several files. */
    INDEX,
    GGUF,
    /** A pickled state dictionary, zip and all. */
    PICKLE_ZIP,
    /** The pickle alone, the zip around it right. */
    PICKLE,
    CONFIG,
    /** What lies beside the configuration: generation and tokenizer settings. */
    SETTINGS,
    TOKENIZER,
    TEMPLATE,
    /** Each JSON file of a released fuser's folder. */
    FUSER_FOLDER,
    /** The description in a fuser's own file. */
    FUSER_DESCRIPTION;

    /** As in the names of folders. */
    String shown() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Duration limit() {
        // A template is cut off after a second of its own.
        return Duration.ofSeconds(this == TEMPLATE ? 2 : 1);
    }

    Set<Class<? extends Throwable>> refusals() {
        return switch (this) {
            case SAFETENSORS, SAFETENSORS_HEADER, INDEX, GGUF, CONFIG, SETTINGS, TOKENIZER, TEMPLATE ->
                Set.of(ModelInvalidException.class, ChatTemplateException.class);
            case PICKLE_ZIP, PICKLE -> Set.of(PickleRefusedException.class, ModelInvalidException.class);
            case FUSER_FOLDER, FUSER_DESCRIPTION -> Set.of(FuserInvalidException.class);
        };
    }

    Judge judge() {
        return new Judge(limit(), refusals());
    }

    /**
     * Reads an input as the file it is, with all there is in it.
     *
     * @param folder the reader's alone; what it needs beside the input is put there the first time
     */
    void read(Path folder, byte[] input) throws IOException {
        switch (this) {
            case SAFETENSORS -> Readings.safetensors(folder, input);
            case SAFETENSORS_HEADER -> Readings.safetensorsHeader(folder, input);
            case INDEX -> Readings.index(folder, input);
            case GGUF -> Readings.gguf(folder, input);
            case PICKLE_ZIP -> Readings.pickleZip(folder, input);
            case PICKLE -> Readings.pickle(folder, input);
            case CONFIG -> Readings.config(folder, input);
            case SETTINGS -> Readings.settings(folder, input);
            case TOKENIZER -> Readings.tokenizer(folder, input);
            case TEMPLATE -> Readings.template(folder, input);
            case FUSER_FOLDER -> Readings.fuserFolder(folder, input);
            case FUSER_DESCRIPTION -> Readings.fuserDescription(folder, input);
        }
    }
}
