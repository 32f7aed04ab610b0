package dev.kvasir.run;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentReply;
import dev.kvasir.agent.AgentSession;
import dev.kvasir.agent.Intake;
import dev.kvasir.agent.Message;
import dev.kvasir.agent.Packed;
import dev.kvasir.agent.PrefixRequest;
import dev.kvasir.agent.Receiver;
import dev.kvasir.agent.ReplyListener;
import dev.kvasir.agent.ReplyRequest;
import dev.kvasir.agent.ShareReply;
import dev.kvasir.agent.ShareRequest;
import dev.kvasir.agent.SharerFusion;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Fallback;
import dev.kvasir.graph.Link;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.run.IslandHops.Arrival;
import dev.kvasir.run.IslandHops.Departure;
import dev.kvasir.tool.Toolbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an island: its nodes answer in order, in one session, and hand KV caches or text to each other as the plan
 * says. Nothing is written here; what comes out is committed as a whole.
 *
 * <p>A sharer whose text nobody needs is only prefilled, when its receiver's turn comes. A cache edge that fails for a cause
 * that its fallback covers becomes a text edge, and the sharer then writes after all.
 */
final class IslandRun {

    private final IslandBrief brief;
    private final AgentSession session;
    private final Function<String, ReplyListener> listeners;
    private final IslandModes modes;
    private final LongSupplier nanosSinceClaim;
    private final Outside outside;
    private final Map<NodeId, StepOutcome> outcomes = new LinkedHashMap<>();
    private final Map<String, EdgeOutcome> crossed = new HashMap<>();
    private final Set<NodeId> written = new HashSet<>();
    private RunValues values;
    private NodeId current;

    /**
     * @param listeners by node
     * @param nanosSinceClaim what the nodes wait for their turn is counted by
     * @param outside what lies on this worker, and the way to others
     */
    IslandRun(
            IslandBrief brief,
            AgentSession session,
            Function<String, ReplyListener> listeners,
            LongSupplier nanosSinceClaim,
            Outside outside) {
        this.brief = brief;
        this.session = session;
        this.listeners = listeners;
        this.nanosSinceClaim = nanosSinceClaim;
        this.outside = outside;
        this.modes = new IslandModes(brief.graph());
        this.values = brief.values();
        this.current = brief.nodes().getFirst().id();
    }

    /** What an island takes from where it runs. */
    record Outside(IslandHops hops, LocalDocuments documents, Toolbox tools) {}

    /** The node whose turn it is; the culprit when the run throws. */
    String current() {
        return current.value();
    }

    /**
     * Runs every node.
     *
     * @throws AgentException if a node fails and no fallback covers it
     */
    IslandEnd.Done run() {
        brief.nodes().forEach(this::run);
        return new IslandEnd.Done(
                List.copyOf(outcomes.values()),
                List.copyOf(crossed.values()),
                outside.hops().sent(),
                outside.hops().received());
    }

    private void run(Node node) {
        current = node.id();
        if (node instanceof Node.Tool tool) {
            ReplyListener listener = listeners.apply(tool.id().value());
            outcomes.put(tool.id(), ToolStep.run(outside.tools(), tool, values, sinceClaim(), listener));
            return;
        }
        Node.Agent agent = brief.agent(node.id());
        if (modes.writes(agent.id())) {
            write(agent);
        }
        modes.leaving(agent.id()).forEach(edge -> depart(agent, edge));
    }

    private void write(Node.Agent node) {
        if (written.contains(node.id())) {
            return;
        }
        current = node.id();
        while (true) {
            try {
                reply(node);
                return;
            } catch (AgentException fault) {
                if (!fallBack(node, fault)) {
                    current = node.id();
                    throw fault;
                }
            }
        }
    }

    private void reply(Node.Agent node) {
        List<Message> messages = Compositions.messages(modes.plan(), node, values);
        List<SharedRead> shared = share(node, messages);
        Optional<Arrival> arrival = arrive(node, messages);
        ReplyRequest request = new ReplyRequest(
                node.id().value(),
                node.model(),
                messages,
                intake(node, shared),
                Compositions.options(brief.graph(), node, values.seed()),
                modes.isHandedOver(node.id()),
                ToolStep.offer(outside.tools(), node));
        current = node.id();
        Duration waited = sinceClaim();
        AgentReply reply = session.reply(request, listeners.apply(node.id().value()));
        values = values.with(node.id(), Compositions.prompt(messages), reply.text());
        written.add(node.id());
        outcomes.put(node.id(), StepOutcome.of(node, messages, waited, reply));
        shared.forEach(share -> outcomes.putIfAbsent(share.edge().from(), share.outcome()));
        recordEdges(node, shared, reply);
        arrival.ifPresent(come -> recordArrival(node, come, reply));
    }

    private List<SharedRead> share(Node.Agent receiver, List<Message> messages) {
        Optional<Edge> prefix = modes.prefixOf(receiver.id());
        if (prefix.isEmpty()) {
            return fuse(receiver, messages);
        }
        return modes.isHop(prefix.get()) ? List.of() : List.of(prefix(prefix.get(), receiver, messages));
    }

    /** Takes over what a sharer on another worker has sent. */
    private Optional<Arrival> arrive(Node.Agent receiver, List<Message> messages) {
        current = receiver.id();
        return modes.arriving(receiver.id())
                .map(edge -> outside.hops()
                        .receive(edge, file -> session.arrive(edge.from().value(), taking(receiver, messages), file)));
    }

    /** Lets a sharer read, and sends what crosses to another pool's worker. */
    private void depart(Node.Agent sharer, Edge edge) {
        current = sharer.id();
        try {
            if (modes.plan(edge).effective() == Link.Mode.HANDOVER) {
                departWhole(sharer, edge);
            } else {
                departRead(sharer, edge);
            }
        } catch (AgentException fault) {
            Fallback.Cause cause = Compositions.cause(fault.fault());
            if (cause == null || !modes.covers(edge, cause)) {
                throw fault;
            }
            modes.fallBack(edge, cause, fault.getMessage() == null ? cause.name() : fault.getMessage());
            write(sharer);
            crossed.put(edge.id().value(), text(edge));
        }
    }

    private void departRead(Node.Agent sharer, Edge edge) {
        List<Message> shown = Compositions.messages(modes.plan(), sharer, values);
        Duration waited = sinceClaim();
        Departure<ShareReply> left = outside.hops()
                .send(
                        edge,
                        file -> LocalDocuments.silently(
                                sharer,
                                () -> session.depart(
                                        prefixRequest(edge, sharer, null),
                                        file,
                                        listeners.apply(sharer.id().value()))));
        SharedRead shared = new SharedRead(edge, shown, waited, left.reply());
        outcomes.merge(
                sharer.id(),
                shared.outcome(),
                (written, read) -> written.withCacheBytes(left.reply().cacheBytes()));
        crossed.put(edge.id().value(), shared.crossed(modes.plan(edge), SharerFusion.NONE, left.hop()));
    }

    /** The conversation that the sharer has just written. */
    private void departWhole(Node.Agent sharer, Edge edge) {
        Departure<Packed> left =
                outside.hops().send(edge, file -> session.pack(sharer.id().value(), file));
        Packed packed = left.reply();
        outcomes.computeIfPresent(sharer.id(), (id, written) -> written.withCacheBytes(packed.cacheBytes()));
        crossed.put(
                edge.id().value(),
                EdgeOutcome.whole(
                        edge.from(),
                        modes.plan(edge),
                        packed.cacheBytes(),
                        packed.tokens(),
                        Duration.ZERO,
                        left.hop()));
    }

    private PrefixRequest prefixRequest(Edge edge, Node.Agent sharer, @Nullable Receiver receiver) {
        Map<String, String> local = outside.documents().of(sharer);
        return new PrefixRequest(
                sharer.id().value(),
                sharer.model(),
                local.isEmpty()
                        ? Compositions.messages(modes.plan(), sharer, values)
                        : Compositions.messages(modes.plan(), sharer, values, local),
                Compositions.layers(edge.link()),
                Compositions.profile(brief.graph(), sharer),
                // run after run would else average the noise away that a document is hidden by
                Compositions.crossing(edge, local.isEmpty() ? values.seed() : 0),
                receiver);
    }

    private Receiver taking(Node.Agent receiver, List<Message> messages) {
        return new Receiver(
                receiver.model(), messages, Compositions.profile(brief.graph(), receiver), maxTokens(receiver));
    }

    /** Lets a sharer read its own messages. */
    private SharedRead prefix(Edge edge, Node.Agent receiver, List<Message> receiverMessages) {
        current = edge.from();
        Node.Agent sharer = brief.agent(edge.from());
        List<Message> messages = Compositions.messages(modes.plan(), sharer, values);
        Duration waited = sinceClaim();
        ShareReply reply = LocalDocuments.silently(
                sharer,
                () -> session.prefix(
                        prefixRequest(edge, sharer, taking(receiver, receiverMessages)),
                        listeners.apply(sharer.id().value())));
        return new SharedRead(edge, messages, waited, reply);
    }

    private int maxTokens(Node.Agent receiver) {
        return Compositions.options(brief.graph(), receiver, values.seed()).maxTokens();
    }

    /** Lets sharers read what the receiver will. */
    private List<SharedRead> fuse(Node.Agent receiver, List<Message> messages) {
        List<SharedRead> shared = new ArrayList<>();
        for (Edge edge : modes.fusedInto(receiver.id())) {
            current = edge.from();
            Node.Agent sharer = brief.agent(edge.from());
            Duration waited = sinceClaim();
            ShareReply reply = session.share(
                    new ShareRequest(
                            sharer.id().value(),
                            sharer.model(),
                            receiver.model(),
                            modes.fuser(edge),
                            messages,
                            Compositions.profile(brief.graph(), sharer),
                            Compositions.profile(brief.graph(), receiver),
                            maxTokens(receiver),
                            Compositions.sections(receiver),
                            Compositions.crossing(edge, values.seed())),
                    listeners.apply(sharer.id().value()));
            shared.add(new SharedRead(edge, messages, waited, reply));
        }
        return shared;
    }

    private Duration sinceClaim() {
        return Duration.ofNanos(nanosSinceClaim.getAsLong());
    }

    private Intake intake(Node.Agent node, List<SharedRead> shared) {
        Optional<Edge> prefix = modes.prefixOf(node.id());
        if (prefix.isPresent()) {
            return new Intake.Prefixed(prefix.get().from().value());
        }
        if (!shared.isEmpty()) {
            return new Intake.Fused(shared.stream().map(IslandRun::sharer).toList(), Compositions.together(node));
        }
        return modes.handedTo(node.id())
                .<Intake>map(edge -> new Intake.Continued(edge.from().value()))
                .orElseGet(Intake.None::new);
    }

    private static Intake.Sharer sharer(SharedRead share) {
        return new Intake.Sharer(
                share.edge().from().value(), Compositions.dial(share.edge().link()));
    }

    private void recordEdges(Node.Agent node, List<SharedRead> shared, AgentReply reply) {
        for (Edge edge : brief.graph().graph().into(node.id())) {
            LinkPlan plan = modes.plan(edge);
            crossed.put(
                    edge.id().value(), plan.effective() == Link.Mode.HANDOVER ? handed(text(edge), reply) : text(edge));
            if (plan.effective() == Link.Mode.HANDOVER) {
                outcomes.computeIfPresent(
                        edge.from(),
                        (from, outcome) -> outcome.withCacheBytes(reply.fusion().cacheBytes()));
            }
        }
        for (int i = 0; i < shared.size(); i++) {
            SharedRead share = shared.get(i);
            LinkPlan plan = using(modes.plan(share.edge()), share.reply().fuser());
            boolean isFused = plan.effective() != Link.Mode.CACHE_PREFIX;
            SharerFusion fusion = isFused
                    ? part(reply, i)
                    : SharerFusion.copied(reply.timings().copy());
            crossed.put(share.edge().id().value(), share.crossed(plan, fusion, null));
        }
    }

    private void recordArrival(Node.Agent node, Arrival come, AgentReply reply) {
        Edge edge = modes.arriving(node.id()).orElseThrow();
        crossed.put(
                edge.id().value(),
                come.outcome(edge, modes.plan(edge), reply.timings().copy()));
    }

    private EdgeOutcome text(Edge edge) {
        return EdgeOutcome.text(edge.from(), modes.plan(edge));
    }

    private static SharerFusion part(AgentReply reply, int sharer) {
        List<SharerFusion> parts = reply.fusion().sharers();
        return sharer < parts.size() ? parts.get(sharer) : SharerFusion.NONE;
    }

    private static LinkPlan using(LinkPlan plan, @Nullable String fuser) {
        return new LinkPlan(
                plan.edge(),
                plan.requested(),
                plan.override(),
                plan.effective(),
                plan.reason(),
                plan.reasonText(),
                fuser);
    }

    private static EdgeOutcome handed(EdgeOutcome edge, AgentReply reply) {
        return EdgeOutcome.whole(
                edge.from(),
                edge.plan(),
                reply.fusion().cacheBytes(),
                reply.reusedTokens(),
                reply.timings().copy(),
                null);
    }

    /** Turns the cache edges into the node that the fault concerns into text edges; false if one of them may not be. */
    private boolean fallBack(Node.Agent node, AgentException fault) {
        List<Edge> failed = modes.cacheInto(node.id()).stream()
                .filter(edge -> current.equals(node.id()) || current.equals(edge.from()))
                .toList();
        Fallback.Cause cause = Compositions.cause(fault.fault());
        if (failed.isEmpty()
                || cause == null
                || !failed.stream().allMatch(edge -> modes.covers(edge, cause) && canWrite(edge))) {
            return false;
        }
        String sentence = fault.getMessage() == null ? cause.name() : fault.getMessage();
        for (Edge edge : failed) {
            modes.fallBack(edge, cause, sentence);
            if (!modes.isHop(edge)) {
                write(brief.agent(edge.from()));
            }
        }
        current = node.id();
        return true;
    }

    /** A sharer on another worker has written before, or will not any more. */
    private boolean canWrite(Edge edge) {
        return !modes.isHop(edge) || values.text(edge.from()) != null;
    }
}
