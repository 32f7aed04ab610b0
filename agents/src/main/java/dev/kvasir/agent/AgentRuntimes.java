package dev.kvasir.agent;

import java.util.ServiceLoader;

/** Makes agent runtimes. */
public final class AgentRuntimes {

    private AgentRuntimes() {}

    /**
     * A runtime over the models of a catalogue: local ones on this machine's devices, remote ones through their
     * provider, and the built-in echo model. Nothing is loaded before it is asked for.
     */
    public static AgentRuntime over(ModelCatalog catalog, EchoFaults echoFaults) {
        Provider provider = ServiceLoader.load(Provider.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "No provider of remote models is on the class path. Add the agents module as it was built."));
        return new CatalogRuntime(catalog, new EchoModel(echoFaults), provider);
    }
}
