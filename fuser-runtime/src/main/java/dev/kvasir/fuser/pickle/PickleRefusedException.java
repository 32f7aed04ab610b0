package dev.kvasir.fuser.pickle;

/** A {@code .pt} file is refused. */
public final class PickleRefusedException extends RuntimeException {

    private final PickleFault fault;
    private final String key;
    private final String rule;

    /**
     * A refusal.
     *
     * @param file the file's name
     * @param key the tensor, the forbidden name, the entry of the archive, or where in the file
     * @param rule what is wrong
     */
    public PickleRefusedException(PickleFault fault, String file, String key, String rule) {
        super("%s, %s: %s".formatted(file, key, rule));
        this.fault = fault;
        this.key = key;
        this.rule = rule;
    }

    public PickleFault fault() {
        return fault;
    }

    public String key() {
        return key;
    }

    public String rule() {
        return rule;
    }
}
