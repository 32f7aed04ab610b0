package dev.kvasir.run;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.agent.SharerFusion;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.NodeId;
import dev.kvasir.hop.CacheTransport;
import dev.kvasir.hop.CacheTransport.Sent;
import dev.kvasir.hop.Passage;
import dev.kvasir.hop.TransferException;
import dev.kvasir.hop.TransferRows.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The caches that leave one attempt at an island for workers of other pools, and those that come to it. What leaves is staged at once
 * and can be received when the attempt is committed; what has come stays until then, so that another attempt finds it too.
 */
final class IslandHops {

    private final CacheTransport transport;
    private final RunRoom room;
    private final Voyage voyage;
    private final List<UUID> sent = new ArrayList<>();
    private final List<String> received = new ArrayList<>();

    IslandHops(CacheTransport transport, RunRoom room, Voyage voyage) {
        this.transport = transport;
        this.room = room;
        this.voyage = voyage;
    }

    /**
     * Whose caches these are.
     *
     * @param worker that sends and receives here
     * @param moved told as a cache goes or comes, lest its step seem to hang
     */
    record Voyage(UUID owner, UUID run, Graph graph, String worker, Runnable moved) {}

    /** What left, and how it went. */
    record Departure<T>(T reply, HopRecord hop) {}

    /**
     * What came.
     *
     * @param departed what the sharer's step told of the edge
     */
    record Arrival(EdgeRecord departed, HopRecord hop) {

        /**
         * What the sharer's step told stays; what is added is how it came.
         *
         * @param copy that the receiver took, beside sending and opening
         */
        EdgeOutcome outcome(Edge edge, LinkPlan plan, Duration copy) {
            return new EdgeOutcome(
                    edge.from(),
                    plan,
                    null,
                    departed.cacheBytes(),
                    departed.tokens(),
                    departed.layers(),
                    SharerFusion.copied(copy.plusMillis(hop.sendMs() + hop.openMs())),
                    null,
                    hop);
        }
    }

    /**
     * Sends what a sharer has read.
     *
     * @param reading writes it to a file
     * @throws AgentException if it must not travel
     */
    <T> Departure<T> send(Edge edge, Function<Path, T> reading) {
        Path folder = folder();
        try {
            Path file = folder.resolve("leaving");
            T reply = reading.apply(file);
            Sent left = transport.send(passage(edge), file, voyage.moved());
            sent.add(left.id());
            HopRecord hop = new HopRecord(
                    pool(edge.from()),
                    pool(edge.to()),
                    voyage.worker(),
                    null,
                    left.bytes(),
                    left.took().toMillis(),
                    0,
                    0);
            return new Departure<>(reply, hop);
        } catch (TransferException refused) {
            throw failed(refused.getMessage(), refused);
        } finally {
            remove(folder);
        }
    }

    /**
     * Receives what came on an edge.
     *
     * @param taking reads the file, which is gone afterwards
     * @throws AgentException if it has not come whole
     */
    Arrival receive(Edge edge, Consumer<Path> taking) {
        String name = edge.id().value();
        received.add(name);
        Waiting waiting = room.transfers()
                .waiting(voyage.run(), name)
                .orElseThrow(() -> failed(
                        "The cache that '%s' sent on edge '%s' is not there any more: it was kept for as long as kvasir.hop.keep says. Start the run again."
                                .formatted(edge.from(), name),
                        null));
        EdgeRecord departed = room.results().edge(voyage.run(), edge.id());
        HopRecord hop = departed.hop();
        if (hop == null) {
            throw new IllegalStateException("Edge '" + name + "' has a cache waiting, but tells no hop");
        }
        Path folder = folder();
        try {
            long start = System.nanoTime();
            Path file = folder.resolve("come");
            transport.receive(passage(edge), waiting.id(), file, voyage.moved());
            Duration opened = Duration.ofNanos(System.nanoTime() - start);
            taking.accept(file);
            return new Arrival(departed, hop.arrived(voyage.worker(), waiting.waited(), opened));
        } catch (TransferException refused) {
            throw failed(refused.getMessage(), refused);
        } finally {
            remove(folder);
        }
    }

    /** Staged by now. */
    List<UUID> sent() {
        return sent;
    }

    /** Edges on which something came. */
    List<String> received() {
        return received;
    }

    private Passage passage(Edge edge) {
        return new Passage(
                voyage.owner().toString(),
                voyage.run(),
                edge.id().value(),
                edge.from() + "@" + pool(edge.from()),
                edge.to() + "@" + pool(edge.to()));
    }

    private String pool(NodeId node) {
        return voyage.graph().pool(node).orElseThrow();
    }

    private static AgentException failed(@Nullable String why, @Nullable Throwable cause) {
        String message = why == null ? "A cache could not travel." : why;
        return cause == null
                ? new AgentException(AgentFault.TRANSFER_FAILED, message)
                : new AgentException(AgentFault.TRANSFER_FAILED, message, cause);
    }

    /** For this process's eyes only. */
    private static Path folder() {
        try {
            return Files.createTempDirectory("kvasir-hop");
        } catch (IOException full) {
            throw new UncheckedIOException(
                    "There is no room for a cache on its way in " + System.getProperty("java.io.tmpdir"), full);
        }
    }

    private static void remove(Path folder) {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException stuck) {
            throw new UncheckedIOException("A cache on its way could not be removed from " + folder, stuck);
        }
    }
}
