package dev.kvasir.run;

import dev.kvasir.agent.AgentFault;
import dev.kvasir.agent.Crossing;
import dev.kvasir.agent.FusedSections;
import dev.kvasir.agent.FusionDial;
import dev.kvasir.agent.GenerationOptions;
import dev.kvasir.agent.Intake;
import dev.kvasir.agent.LayerChoice;
import dev.kvasir.agent.Message;
import dev.kvasir.agent.Profile;
import dev.kvasir.agent.ReplyFormat;
import dev.kvasir.graph.Composition;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Fallback;
import dev.kvasir.graph.Generation;
import dev.kvasir.graph.Link;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.ResponseFormat;
import dev.kvasir.graph.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Translates between what graphs say and what agents hear. */
final class Compositions {

    private Compositions() {}

    /** An agent's prompt, oldest message first. */
    static List<Message> messages(RunGraph graph, Node.Agent node, RunValues values) {
        return messages(graph, node, values, Composition.placeholders(node));
    }

    /** The same with the texts of its local documents, for its model alone. */
    static List<Message> messages(RunGraph graph, Node.Agent node, RunValues values, Map<String, String> local) {
        List<Composition.Arrival> arrivals = new ArrayList<>();
        for (Edge edge : graph.graph().into(node.id())) {
            Node sender = graph.graph().node(edge.from()).orElseThrow();
            if (sender.speaks() && !(sender instanceof Node.Human)) {
                arrivals.add(new Composition.Arrival(
                        sender.id(),
                        Composition.template(edge.link()),
                        graph.plan().link(edge.id()).effective(),
                        sender instanceof Node.Agent ? values.prompts().getOrDefault(sender.id(), "") : sender.title(),
                        values.text(sender.id())));
            }
        }
        return Composition.messages(node, arrivals, values.named(), local).stream()
                .map(Compositions::message)
                .toList();
    }

    private static Message message(Turn turn) {
        return switch (turn.role()) {
            case SYSTEM -> Message.system(turn.content());
            case USER -> Message.user(turn.content());
            case ASSISTANT -> Message.assistant(turn.content());
        };
    }

    /** The user turn that an agent read last. */
    static String prompt(List<Message> messages) {
        for (Message message : messages.reversed()) {
            if (message.role() == Message.Role.USER) {
                return message.content();
            }
        }
        return "";
    }

    static Profile profile(RunGraph graph, Node.Agent node) {
        return switch (graph.graph().settings().profileOf(node)) {
            case EXACT -> Profile.EXACT;
            case FAST -> Profile.FAST;
        };
    }

    static GenerationOptions options(RunGraph graph, Node.Agent node, long runSeed) {
        Generation generation = node.generation();
        Long seed = generation.seed();
        return new GenerationOptions(
                generation.maxTokens(),
                generation.temperature(),
                generation.topP(),
                generation.topK(),
                generation.minP(),
                generation.repetitionPenalty(),
                generation.stop(),
                seed == null ? runSeed : seed,
                generation.thinking(),
                profile(graph, node),
                format(generation.responseFormat()));
    }

    private static ReplyFormat format(ResponseFormat format) {
        return switch (format) {
            case ResponseFormat.Text text -> new ReplyFormat.Text();
            case ResponseFormat.Json json -> new ReplyFormat.Json();
            case ResponseFormat.Schema(JsonNode schema) -> new ReplyFormat.Schema(schema);
        };
    }

    static FusionDial dial(Link link) {
        return switch (link) {
            case Link.Fused fused -> dial(fused.fusion());
            case Link.TextAndFused fused -> dial(fused.fusion());
            case Link.Text text -> FusionDial.FULL;
            case Link.Handover handover -> FusionDial.FULL;
            case Link.CachePrefix prefix -> FusionDial.FULL;
            case Link.Auto auto -> FusionDial.FULL;
        };
    }

    /** Which layers are put before the receiver's. */
    static LayerChoice layers(Link link) {
        if (!(link instanceof Link.CachePrefix prefix)) {
            throw new IllegalStateException("Only a CACHE_PREFIX link puts layers before a cache, not " + link.mode());
        }
        return prefix.layers() == null
                ? new LayerChoice.Share(prefix.layerShare())
                : new LayerChoice.Listed(prefix.layers());
    }

    /** What an edge's cache goes through. A run of the same seed gets the same noise on the same edge. */
    static Crossing crossing(Edge edge, long runSeed) {
        Link.Wire wire = edge.link().wire();
        Crossing.Codec codec = switch (wire.codec()) {
            case F32 -> Crossing.Codec.F32;
            case INT8 -> Crossing.Codec.INT8;
            case INT4 -> Crossing.Codec.INT4;
        };
        long seed = runSeed * 31 + edge.id().value().hashCode();
        return new Crossing(codec, wire.layers(), wire.noise(), seed, wire.inversionRisk());
    }

    static Intake.Together together(Node.Agent node) {
        return switch (node.takeover().sharers()) {
            case SEQUENTIAL -> Intake.Together.SEQUENTIAL;
            case PARALLEL -> Intake.Together.PARALLEL;
        };
    }

    static FusedSections sections(Node.Agent node) {
        return switch (node.takeover().sections()) {
            case MESSAGES -> FusedSections.MESSAGES;
            case ALL -> FusedSections.ALL;
        };
    }

    private static FusionDial dial(Link.Fusion fusion) {
        FusionDial.Order order = switch (fusion.order()) {
            case BACK -> FusionDial.Order.BACK;
            case FRONT -> FusionDial.Order.FRONT;
        };
        FusionDial.Gate gate = switch (fusion.gate()) {
            case TRAINED -> FusionDial.Gate.TRAINED;
            case OPEN -> FusionDial.Gate.OPEN;
            case CLOSED -> FusionDial.Gate.CLOSED;
        };
        List<Integer> layers = fusion.layers();
        return new FusionDial(
                fusion.share(),
                order,
                gate,
                layers == null ? null : Set.copyOf(layers),
                fusion.layerShare(),
                fusion.weightScale());
    }

    /** The cause that a fallback may cover; null for a fault that has nothing to do with a cache edge. */
    static Fallback.@Nullable Cause cause(AgentFault fault) {
        return switch (fault) {
            case NO_FUSER -> Fallback.Cause.NO_FUSER;
            case FUSER_MISMATCH -> Fallback.Cause.FUSER_MISMATCH;
            case REMOTE_MODEL -> Fallback.Cause.REMOTE_MODEL;
            case OUT_OF_MEMORY, MODEL_TOO_LARGE -> Fallback.Cause.OUT_OF_MEMORY;
            case PROMPT_TOO_LONG -> Fallback.Cause.CONTEXT_TOO_LONG;
            case ALIGNMENT_FAILED -> Fallback.Cause.ALIGNMENT_FAILED;
            case FUSION_FAILED -> Fallback.Cause.FUSION_FAILED;
            case TRANSFER_FAILED -> Fallback.Cause.OTHER_DEVICE;
            case MODEL_UNKNOWN,
                    MODEL_INVALID,
                    TEMPLATE_LIMIT,
                    NON_FINITE,
                    PROVIDER_FAILED,
                    OUTPUT_INVALID,
                    LOCAL_DOCUMENT,
                    TOOL_FAILED,
                    TOOL_DENIED,
                    CANCELLED -> null;
        };
    }
}
