package dev.kvasir.agent;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A runtime that gives prepared answers, for tests of what stands above agents: no files, no native code.
 *
 * <p>Answers are given in order, whichever node asks. A share is answered without a cache; asking for more than was
 * prepared is an error that says so.
 */
public final class ScriptedModel implements AgentRuntime {

    private static final Placement PLACEMENT = new Placement("cpu:0", "none", "none");

    private final Deque<String> answers;

    private ScriptedModel(List<String> answers) {
        this.answers = new ArrayDeque<>(answers);
    }

    public static ScriptedModel answering(String... answers) {
        return new ScriptedModel(List.of(answers));
    }

    @Override
    public AgentSession open(Tenant tenant, int attempt) {
        return new ScriptedSession();
    }

    @Override
    public void close() {}

    private String next(String node) {
        synchronized (answers) {
            if (answers.isEmpty()) {
                throw new IllegalStateException(
                        "Node '" + node + "' asks for an answer, but the script is used up. Prepare one more.");
            }
            return answers.removeFirst();
        }
    }

    private final class ScriptedSession implements AgentSession {

        @Override
        public AgentReply reply(ReplyRequest request, ReplyListener listener) {
            String answer = next(request.node());
            listener.text(answer, 1);
            AgentReply reply = new AgentReply(
                    answer,
                    AgentReply.FinishReason.STOP,
                    request.messages().size(),
                    1,
                    0,
                    Timings.ZERO,
                    FusionReport.NONE,
                    PLACEMENT);
            return FormatCheck.of(request).held(reply);
        }

        @Override
        public ShareReply share(ShareRequest request, ReplyListener listener) {
            return new ShareReply(
                    request.fuser(),
                    "",
                    request.messages().size(),
                    0,
                    0,
                    WireReport.NONE,
                    List.of(),
                    Timings.ZERO,
                    PLACEMENT);
        }

        @Override
        public ShareReply prefix(PrefixRequest request, ReplyListener listener) {
            List<Integer> layers = request.layers() instanceof LayerChoice.Listed(var listed) ? listed : List.of(0);
            return new ShareReply(
                    null, null, request.messages().size(), 0, 0, WireReport.NONE, layers, Timings.ZERO, PLACEMENT);
        }

        @Override
        public ShareReply depart(PrefixRequest request, Path target, ReplyListener listener) {
            throw new AgentException(AgentFault.REMOTE_MODEL, "A scripted model has no cache that could travel.");
        }

        @Override
        public Packed pack(String node, Path target) {
            throw new AgentException(AgentFault.REMOTE_MODEL, "A scripted model has no cache that could travel.");
        }

        @Override
        public void arrive(String node, Receiver receiver, Path source) {
            throw new AgentException(AgentFault.REMOTE_MODEL, "A scripted model takes no cache over.");
        }

        @Override
        public void close() {}
    }
}
