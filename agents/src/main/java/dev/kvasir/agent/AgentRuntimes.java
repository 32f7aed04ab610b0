package dev.kvasir.agent;

import dev.kvasir.device.Devices;
import dev.kvasir.wire.NoiseKey;
import java.security.SecureRandom;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** Makes agent runtimes. */
public final class AgentRuntimes {

    private AgentRuntimes() {}

    /**
     * A runtime over the models of a catalogue: local ones on this machine's devices, remote ones through their
     * provider, and the built-in echo model. Nothing is loaded before it is asked for.
     *
     * @param prefixCacheBytes of keys and values that each loaded model keeps of prompts, at most, so that what several begin
     *     with is read once; 0 keeps none. The noise of wire policies is drawn by a key that is gone with the runtime
     */
    public static AgentRuntime over(ModelCatalog catalog, EchoFaults echoFaults, long prefixCacheBytes) {
        NoiseKey own = NoiseKey.fresh(new SecureRandom());
        return over(catalog, echoFaults, prefixCacheBytes, Devices.ofThisMachine(), () -> own);
    }

    /**
     * The same on devices that the caller looks into or pins models on.
     *
     * @param devices closed with the runtime
     * @param noise what the noise of wire policies is drawn by, asked for when a cache crosses
     */
    public static AgentRuntime over(
            ModelCatalog catalog,
            EchoFaults echoFaults,
            long prefixCacheBytes,
            Devices devices,
            Supplier<NoiseKey> noise) {
        Provider provider = ServiceLoader.load(Provider.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "No provider of remote models is on the class path. Add the agents module as it was built."));
        LocalModels models = new LocalModels(catalog, devices, prefixCacheBytes, noise);
        return new CatalogRuntime(models, new EchoModel(echoFaults), provider);
    }

    /**
     * Studies of the same models on the same devices; what one has loaded the other uses.
     *
     * @param prefixCacheBytes as the runtime has it
     * @param devices left open
     */
    public static LocalStudies studies(ModelCatalog catalog, long prefixCacheBytes, Devices devices) {
        return new LocalStudies(new LocalModels(catalog, devices, prefixCacheBytes, () -> {
            throw new IllegalStateException("A study draws its noise from its seed.");
        }));
    }
}
