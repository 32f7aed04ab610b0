package dev.kvasir.library;

/** A second graph of one name. */
public final class NameTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NameTakenException(String name) {
        super("You have a graph called '" + name + "' already. Choose another name, or change that graph.");
    }
}
