package dev.kvasir.graph;

import dev.kvasir.graph.Problem.Rule;
import dev.kvasir.graph.Registry.CacheShape;
import dev.kvasir.graph.Registry.Fuser;
import dev.kvasir.graph.Registry.Location;
import dev.kvasir.graph.Registry.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether caches can pass between two agents, from the headers of their models and fusers alone. */
record Fit(Registry registry) {

    /** One end of an edge. */
    record End(NodeId node, String name, Model model) {}

    /**
     * Why caches cannot pass.
     *
     * @param cause null when no fallback covers it
     */
    record Misfit(
            Rule rule,
            Fallback.@Nullable Cause cause,
            String detail,
            @Nullable String hint) {}

    /** The registered fuser for a fused edge: the one it names, or the best of those that lead from sharer to receiver. */
    Optional<Fuser> fuser(Link.Fusion fusion, Model sharer, Model receiver) {
        if (!fusion.fuser().equals(Link.Fusion.AUTO)) {
            return registry.fuser(fusion.fuser());
        }
        return registry.fusers().stream()
                .filter(fuser -> fuser.sharer().is(sharer) && fuser.receiver().is(receiver))
                .findFirst();
    }

    /** Every reason why caches cannot be fused over this edge. */
    List<Misfit> fused(EdgeId edge, Link.Fusion fusion, End sharer, End receiver) {
        List<Misfit> away = unreadable(sharer, receiver);
        if (!away.isEmpty()) {
            return away;
        }
        Optional<Fuser> found = fuser(fusion, sharer.model(), receiver.model());
        if (found.isEmpty()) {
            return List.of(noFuser(edge, fusion, sharer, receiver));
        }
        Fuser fuser = found.get();
        if (!fuser.sharer().is(sharer.model()) || !fuser.receiver().is(receiver.model())) {
            return List.of(new Misfit(
                    Rule.G25,
                    Fallback.Cause.FUSER_MISMATCH,
                    "Fuser '" + fuser.name() + "' was trained for "
                            + fuser.sharer().model() + " → "
                            + fuser.receiver().model() + "; edge '" + edge + "' needs " + sharer.name() + " → "
                            + receiver.name() + ".",
                    null));
        }
        return Stream.of(shape(fuser, fuser.sharer(), sharer), shape(fuser, fuser.receiver(), receiver))
                .flatMap(Optional::stream)
                .toList();
    }

    private Misfit noFuser(EdgeId edge, Link.Fusion fusion, End sharer, End receiver) {
        if (fusion.fuser().equals(Link.Fusion.AUTO)) {
            return new Misfit(
                    Rule.G27,
                    Fallback.Cause.NO_FUSER,
                    "No fuser leads from " + sharer.name() + " to " + receiver.name()
                            + ". Train one, use TEXT, or set a fallback.",
                    null);
        }
        List<String> names = registry.fusers().stream().map(Fuser::name).toList();
        return new Misfit(
                Rule.G24,
                Fallback.Cause.NO_FUSER,
                "Edge '" + edge + "' names fuser '" + fusion.fuser() + "', which is not registered.",
                Spelling.nearest(fusion.fuser(), names).orElse(null));
    }

    private static Optional<Misfit> shape(Fuser fuser, Registry.End expected, End actual) {
        CacheShape wants = expected.cache();
        CacheShape has = actual.model().cache();
        if (wants.fits(has)) {
            return Optional.empty();
        }
        return Optional.of(new Misfit(
                Rule.G26,
                Fallback.Cause.FUSER_MISMATCH,
                String.format(
                        "Fuser '%s' expects %d layers, %d KV heads of %d; model '%s' has %d, %d of %d.",
                        fuser.name(),
                        wants.layers(),
                        wants.kvHeads(),
                        wants.headDim(),
                        actual.name(),
                        has.layers(),
                        has.kvHeads(),
                        has.headDim()),
                null));
    }

    /** Every reason why a cache cannot be continued over this edge. */
    List<Misfit> handover(EdgeId edge, End sender, End receiver) {
        List<Misfit> away = unreadable(sender, receiver);
        if (!away.isEmpty() || sender.model().isSameRevisionAs(receiver.model())) {
            return away;
        }
        return List.of(new Misfit(
                Rule.G29,
                null,
                "HANDOVER on edge '" + edge + "' needs the same model at both ends, not " + sender.name() + " and "
                        + receiver.name() + ".",
                null));
    }

    /** Every reason why chosen layers cannot be put before another model's. */
    List<Misfit> prefix(EdgeId edge, End sharer, End receiver) {
        List<Misfit> away = unreadable(sharer, receiver);
        CacheShape from = sharer.model().cache();
        CacheShape to = receiver.model().cache();
        if (!away.isEmpty() || from.equals(to)) {
            return away;
        }
        return List.of(new Misfit(
                Rule.G30,
                null,
                "CACHE_PREFIX on edge '" + edge + "' needs the same architecture: " + from.family() + ", "
                        + from.layers() + " layers against " + to.family() + ", " + to.layers() + ".",
                null));
    }

    private static List<Misfit> unreadable(End... ends) {
        return Arrays.stream(ends)
                .filter(end -> end.model().location() != Location.LOCAL)
                .map(end -> new Misfit(Rule.G28, Fallback.Cause.REMOTE_MODEL, whereItRuns(end), null))
                .toList();
    }

    private static String whereItRuns(End end) {
        String what = end.model().location() == Location.REMOTE ? "the remote model" : "the built-in model";
        String why = end.model().location() == Location.REMOTE ? "its cache cannot be read" : "it has no cache";
        return "Agent '" + end.node() + "' runs on " + what + " '" + end.name() + "'; " + why
                + ". Use TEXT, or set a fallback.";
    }
}
