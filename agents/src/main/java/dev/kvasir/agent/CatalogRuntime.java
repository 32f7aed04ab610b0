package dev.kvasir.agent;

/** Looks every model up in the catalogue and lets the right kind of engine answer. */
final class CatalogRuntime implements AgentRuntime {

    private final ModelCatalog catalog;
    private final EchoModel echo;
    private final Provider provider;

    CatalogRuntime(ModelCatalog catalog, EchoModel echo, Provider provider) {
        this.catalog = catalog;
        this.echo = echo;
        this.provider = provider;
    }

    @Override
    public AgentSession open(int attempt) {
        return new CatalogSession(attempt);
    }

    @Override
    public void close() {}

    private ModelEntry find(String model) {
        return catalog.model(model)
                .orElseThrow(() -> new AgentException(
                        AgentFault.MODEL_UNKNOWN,
                        "Model '" + model + "' is not on this machine. Add it with: kvasir models add file:PATH"));
    }

    private final class CatalogSession implements AgentSession {

        private final int attempt;

        CatalogSession(int attempt) {
            this.attempt = attempt;
        }

        @Override
        public AgentReply reply(ReplyRequest request, ReplyListener listener) {
            return switch (find(request.model())) {
                case ModelEntry.Echo builtIn -> echo.reply(request, attempt, listener);
                case ModelEntry.Remote remote -> provider.reply(remote, request, listener);
                case ModelEntry.Local local ->
                    throw new AgentException(AgentFault.MODEL_INVALID, "Model '" + local.name() + "' cannot run yet.");
            };
        }

        @Override
        public ShareReply share(ShareRequest request, ReplyListener listener) {
            throw new AgentException(
                    AgentFault.REMOTE_MODEL,
                    "Model '" + request.model() + "' has no KV cache that could be read. Use a TEXT edge.");
        }

        @Override
        public void close() {}
    }
}
