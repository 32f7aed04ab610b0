package dev.kvasir.agent;

import dev.kvasir.device.DevicePool;
import dev.kvasir.device.DeviceSlot;
import java.time.Duration;
import java.util.ServiceLoader;

/** Makes agent runtimes. */
public final class AgentRuntimes {

    /** How long a step waits for memory that others hold before it is tried again later. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private AgentRuntimes() {}

    /**
     * A runtime over the models of a catalogue: local ones on this machine's devices, remote ones through their
     * provider, and the built-in echo model. Nothing is loaded before it is asked for.
     *
     * @param prefixCacheBytes of keys and values that each loaded model keeps of prompts, at most, so that what several begin
     *     with is read once; 0 keeps none
     */
    public static AgentRuntime over(ModelCatalog catalog, EchoFaults echoFaults, long prefixCacheBytes) {
        Provider provider = ServiceLoader.load(Provider.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "No provider of remote models is on the class path. Add the agents module as it was built."));
        LocalModels models = new LocalModels(catalog, new DevicePool(DeviceSlot.cpu(), PATIENCE), prefixCacheBytes);
        return new CatalogRuntime(models, new EchoModel(echoFaults), provider);
    }
}
