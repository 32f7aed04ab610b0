package dev.kvasir.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;

/**
 * libtorch in this process, started on first use and only from natives on the class path.
 *
 * <p>Its threads are set once: the system property {@code kvasir.threads}, else the environment's {@code KVASIR_THREADS},
 * else one, because two native threads on a busy machine are far slower than one.
 */
final class LibTorch {
    static final String THREADS = "ai.djl.pytorch.num_threads";
    private static final String INTEROP_THREADS = "ai.djl.pytorch.num_interop_threads";

    private final Engine engine;
    private final NDManager root;
    private final MethodHandle runMethod;
    private final MethodHandle valueOf;

    private LibTorch() {
        if (System.getenv("PYTORCH_LIBRARY_PATH") == null) {
            requireNatives(LibTorch.class.getClassLoader());
        }
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("OPT_OUT_TRACKING", "true");
        setIfAbsent(THREADS, threads());
        setIfAbsent(INTEROP_THREADS, "1");
        try {
            engine = Engine.getEngine("PyTorch");
            root = engine.newBaseManager();
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(IValueUtils.class, MethodHandles.lookup());
            runMethod = runMethod(lookup);
            valueOf = lookup.findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
        } catch (EngineException | ReflectiveOperationException | LinkageError fault) {
            throw new TorchUnavailableException(
                    "libtorch could not be started: " + fault.getMessage()
                            + ". Check that the libraries unpacked below DJL_CACHE_DIR (default ~/.djl.ai) are whole.",
                    fault);
        }
    }

    static LibTorch get() {
        return Holder.LIBRARY;
    }

    Engine engine() {
        return engine;
    }

    PtNDManager newManager() {
        return (PtNDManager) root.newSubManager();
    }

    /**
     * Runs a method outside torch's inference mode, whose results could neither be written to later nor take part in
     * training. DJL's public calls pass either plain values or gradients, never both: hence its native method.
     */
    IValue run(PtSymbolBlock block, String method, long[] arguments, GradientMode mode) {
        // Both flags belong to the calling thread, and a new thread has them on.
        JniUtils.setGradMode(mode == GradientMode.TRACKED);
        JniUtils.setGraphExecutorOptimize(false);
        try {
            long result = (long) runMethod.invokeExact((long) block.getHandle(), method, arguments, true, false);
            return (IValue) valueOf.invokeExact(result);
        } catch (RuntimeException | Error fault) {
            throw fault;
        } catch (Throwable fault) {
            throw new IllegalStateException("DJL's native call declares no checked exception, yet threw one.", fault);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private static MethodHandle runMethod(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
        Class<?> library = lookup.findClass("ai.djl.pytorch.jni.PyTorchLibrary");
        Object instance = lookup.findStaticVarHandle(library, "LIB", library).get();
        MethodType type =
                MethodType.methodType(long.class, long.class, String.class, long[].class, boolean.class, boolean.class);
        return lookup.findVirtual(library, "moduleRunMethod", type).bindTo(instance);
    }

    /** Without this, DJL would try to download what is missing. */
    static void requireNatives(ClassLoader loader) {
        Map<String, String> artifacts = Map.of(
                "native/lib/pytorch.properties", "ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64",
                "jnilib/pytorch.properties", "ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0");
        List<String> missing = artifacts.entrySet().stream()
                .filter(entry -> loader.getResource(entry.getKey()) == null)
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw new TorchUnavailableException("libtorch's natives are not on the class path: add "
                    + String.join(" and ", missing) + ". Nothing is downloaded at run time.");
        }
    }

    static String threads() {
        String environment = System.getenv().getOrDefault("KVASIR_THREADS", "1");
        String threads = System.getProperty("kvasir.threads", environment);
        if (!threads.matches("[1-9][0-9]{0,2}")) {
            throw new TorchUnavailableException("KVASIR_THREADS (or -Dkvasir.threads) is '" + threads
                    + "': it must be a whole number from 1 to 999.");
        }
        return threads;
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static final class Holder {
        static final LibTorch LIBRARY = new LibTorch();
    }
}
