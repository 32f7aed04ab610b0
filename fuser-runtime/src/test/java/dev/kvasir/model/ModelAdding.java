package dev.kvasir.model;

import java.nio.file.Files;
import java.nio.file.Path;

/** A process that adds a model to a store as soon as a file tells it to. */
final class ModelAdding {

    /** How it ends when the name is taken. */
    static final int REFUSED = 3;

    private ModelAdding() {}

    /** Arguments: the store, the source, the name, the file to write when ready, the file to wait for. */
    public static void main(String... arguments) throws Exception {
        ModelStore store = new ModelStore(Path.of(arguments[0]));
        Path source = Path.of(arguments[1]);
        Checkpoint.open(source).close(); // so that both have loaded what they need
        Files.createFile(Path.of(arguments[3]));
        while (!Files.exists(Path.of(arguments[4]))) {
            Thread.onSpinWait();
        }
        try {
            store.add(source, arguments[2]);
        } catch (ModelStoreException taken) {
            System.exit(REFUSED);
        }
    }
}
