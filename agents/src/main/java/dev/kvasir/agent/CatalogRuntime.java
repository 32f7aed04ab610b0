package dev.kvasir.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Looks every model up in the catalogue and lets the right kind of engine answer. */
final class CatalogRuntime implements AgentRuntime {

    private final LocalModels models;
    private final EchoModel echo;
    private final Provider provider;

    CatalogRuntime(LocalModels models, EchoModel echo, Provider provider) {
        this.models = models;
        this.echo = echo;
        this.provider = provider;
    }

    @Override
    public AgentSession open(Tenant tenant, int attempt) {
        return new CatalogSession(tenant, attempt);
    }

    @Override
    public void close() {
        models.close();
    }

    private final class CatalogSession implements AgentSession {

        private final int attempt;
        private final LocalSession local;

        CatalogSession(Tenant tenant, int attempt) {
            this.attempt = attempt;
            this.local = new LocalSession(models, tenant);
        }

        @Override
        public AgentReply reply(ReplyRequest request, ReplyListener listener) {
            FormatCheck check = FormatCheck.of(request);
            AgentReply reply = switch (models.find(request.model())) {
                case ModelEntry.Echo builtIn ->
                    whole(request, listener, (round, hearing) -> echo.reply(round, attempt, hearing));
                case ModelEntry.Remote remote ->
                    whole(request, listener, (round, hearing) -> provider.reply(remote, round, hearing));
                case ModelEntry.Local entry -> local.reply(entry, request, listener);
            };
            return check.held(reply);
        }

        /** Without a cache of ours each round tells the whole conversation. */
        private AgentReply whole(
                ReplyRequest request,
                ReplyListener listener,
                BiFunction<ReplyRequest, ReplyListener, AgentReply> model) {
            if (request.tools().isEmpty()) {
                return model.apply(request, listener);
            }
            return new ToolRounds(request, listener).run((before, next, hearing) -> {
                List<Message> conversation = new ArrayList<>(before);
                conversation.addAll(next);
                return model.apply(request.saying(conversation), hearing);
            });
        }

        @Override
        public ShareReply share(ShareRequest request, ReplyListener listener) {
            return local.share(request, listener);
        }

        @Override
        public ShareReply prefix(PrefixRequest request, ReplyListener listener) {
            return local.prefix(request, listener);
        }

        @Override
        public ShareReply depart(PrefixRequest request, Path target, ReplyListener listener) {
            return local.depart(request, target, listener);
        }

        @Override
        public Packed pack(String node, Path target) {
            return local.pack(node, target);
        }

        @Override
        public void arrive(String node, Receiver receiver, Path source) {
            local.arrive(node, receiver, source);
        }

        @Override
        public void close() {
            local.close();
        }
    }
}
