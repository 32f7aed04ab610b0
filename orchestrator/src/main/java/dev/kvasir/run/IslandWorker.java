package dev.kvasir.run;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentSession;
import dev.kvasir.agent.ReplyListener;
import dev.kvasir.agent.Tenant;
import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.IslandExecutor;
import dev.kvasir.dispatch.Lease;
import dev.kvasir.dispatch.LeaseLostException;
import dev.kvasir.dispatch.StopReason;
import dev.kvasir.dispatch.Work;
import dev.kvasir.graph.TemplateException;
import dev.kvasir.tool.ToolCall;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs islands with a worker's agents: reads the brief, lets the agents answer, commits the end. */
final class IslandWorker implements IslandExecutor {

    private static final Logger log = LoggerFactory.getLogger(IslandWorker.class);

    private final Claimant worker;
    private final AgentRuntime agents;
    private final Claims claims;
    private final Briefs briefs;
    private final Completion completion;
    private final DeltaStream deltas;
    private final WorkerGround ground;

    IslandWorker(Claimant worker, AgentRuntime agents, WorkerParts parts) {
        this.worker = worker;
        this.agents = agents;
        this.claims = parts.claims();
        this.briefs = parts.briefs();
        this.completion = parts.completion();
        this.deltas = parts.deltas();
        this.ground = parts.ground();
    }

    /** What an island's worker is made of. */
    record WorkerParts(Claims claims, Briefs briefs, Completion completion, DeltaStream deltas, WorkerGround ground) {}

    @Override
    public List<Lease> claim(int free) {
        return claims.claim(worker, free);
    }

    @Override
    public Duration timeout(Lease lease) {
        return briefs.timeout(lease);
    }

    @Override
    public void execute(Work work) {
        MDC.put("run", new RunId(work.lease().run()).toString());
        MDC.put("island", work.lease().island().toString());
        try {
            IslandEnd end = run(work);
            deltas.drain();
            if (end != null) {
                commit(work, end);
            }
        } finally {
            MDC.clear();
        }
    }

    @Override
    public void giveUp(Work work, StopReason reason) {
        String node = briefs.of(work.lease()).steps().getFirst().node();
        IslandEnd end = switch (reason) {
            case HUNG -> {
                dump(work);
                yield new IslandEnd.Failed(node, StepFaults.hung(node), AttemptState.HUNG);
            }
            case TIMEOUT -> new IslandEnd.Failed(node, StepFaults.timeout(node), AttemptState.FAILED);
            case DRAINING -> new IslandEnd.Released();
            case RUN_STOPPED, LEASE_LOST, LEASE_UNRENEWED -> null;
        };
        if (end != null) {
            commit(work, end);
        }
    }

    private @Nullable IslandEnd run(Work work) {
        IslandBrief brief = briefs.of(work.lease());
        try (AgentSession session = agents.open(new Tenant(brief.owner().toString()), brief.attempt())) {
            IslandHops hops = briefs.hops(ground.transport(), work, brief, worker.name());
            IslandRun island = new IslandRun(
                    brief,
                    session,
                    node -> listener(work, brief.step(node)),
                    work::sinceStarted,
                    new IslandRun.Outside(hops, ground.documents(), ground.tools()));
            return end(work, island);
        }
    }

    private @Nullable IslandEnd end(Work work, IslandRun island) {
        try {
            IslandEnd.Done done = island.run();
            return work.stopReason() == StopReason.LEASE_LOST ? null : done;
        } catch (AgentException fault) {
            return work.isStopped() || fault.fault() == AgentFault.CANCELLED
                    ? stopped(work, island)
                    : new IslandEnd.Failed(
                            island.current(), StepFaults.of(fault, island.current()), AttemptState.FAILED);
        } catch (TemplateException fault) {
            return new IslandEnd.Failed(island.current(), StepFaults.of(fault, island.current()), AttemptState.FAILED);
        } catch (OutOfMemoryError full) {
            log.error("Out of memory at node {}", island.current(), full);
            return new IslandEnd.Failed(
                    island.current(), StepFaults.outOfMemory(island.current()), AttemptState.FAILED);
        } catch (RuntimeException fault) {
            log.error("Node {} ended in a fault of ours", island.current(), fault);
            return new IslandEnd.Failed(
                    island.current(), StepFaults.internal(fault, island.current()), AttemptState.FAILED);
        }
    }

    private static @Nullable IslandEnd stopped(Work work, IslandRun island) {
        StopReason reason = work.stopReason();
        if (reason == null) {
            return new IslandEnd.Released();
        }
        return switch (reason) {
            case RUN_STOPPED -> new IslandEnd.Stopped();
            case DRAINING -> new IslandEnd.Released();
            case LEASE_UNRENEWED ->
                new IslandEnd.Failed(island.current(), StepFaults.unrenewed(island.current()), AttemptState.FAILED);
            case LEASE_LOST, HUNG, TIMEOUT -> null;
        };
    }

    private void commit(Work work, IslandEnd end) {
        try {
            completion.commit(
                    work.lease(),
                    worker.name(),
                    end,
                    () -> work.stopReason() != StopReason.LEASE_LOST
                            && work.stopReason() != StopReason.LEASE_UNRENEWED);
        } catch (LeaseLostException lost) {
            log.warn("lease lost: {}", lost.getMessage());
        } catch (RuntimeException fault) {
            log.warn(
                    "The end of {} could not be committed; it runs again elsewhere",
                    work.lease().island(),
                    fault);
        }
    }

    private ReplyListener listener(Work work, StepRow step) {
        return new ReplyListener() {
            @Override
            public void text(String delta, int tokens) {
                work.moved();
                deltas.add(work.lease(), step, delta, tokens);
            }

            @Override
            public void toolCalled(ToolCall call) {
                work.moved();
                deltas.tell(work.lease(), step, ToolEvents.called(call));
            }

            @Override
            public void toolReturned(ToolCall call, Duration time, boolean isError) {
                work.moved();
                deltas.tell(work.lease(), step, ToolEvents.returned(call, time, isError));
            }

            @Override
            public void progressed() {
                work.moved();
            }

            @Override
            public boolean isCancelled() {
                return work.isStopped();
            }
        };
    }

    private static void dump(Work work) {
        Thread thread = work.thread();
        if (thread != null) {
            StringBuilder stack = new StringBuilder();
            for (StackTraceElement element : thread.getStackTrace()) {
                stack.append("\n\tat ").append(element);
            }
            log.warn("{} hangs here:{}", work.lease().island(), stack);
            thread.interrupt();
        }
    }
}
