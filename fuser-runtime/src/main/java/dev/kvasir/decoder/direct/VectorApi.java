package dev.kvasir.decoder.direct;

/** Whether this JVM was started with the Vector API, an incubator module of the JDK. */
public final class VectorApi {
    /** The module's name. */
    public static final String MODULE = "jdk.incubator.vector";

    private static final boolean PRESENT = ModuleLayer.boot().findModule(MODULE).isPresent();

    private VectorApi() {}

    /** False without {@code --add-modules jdk.incubator.vector}, or with {@code -Dkvasir.vector=off}. */
    public static boolean isPresent() {
        return PRESENT && !System.getProperty("kvasir.vector", "").equals("off");
    }
}
