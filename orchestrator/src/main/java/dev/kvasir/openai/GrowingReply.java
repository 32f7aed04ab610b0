package dev.kvasir.openai;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import dev.kvasir.run.EventRecord;

/**
 * A reply as it is being written: what of it may be told by now. What was told is never taken back, so that all that was told is
 * the reply in the end. Not for several threads.
 */
final class GrowingReply {

    private final ServedModel model;
    private final String lead;
    private final StringBuilder told = new StringBuilder();
    private final StringBuilder written = new StringBuilder();

    GrowingReply(ServedModel model) {
        this.model = model;
        String before = model.source().lead();
        this.lead = before == null ? "" : before;
        this.written.append(lead);
    }

    /**
     * What an event adds; often nothing.
     *
     * @throws ProblemException if the agent was tried again and writes something else than what was told
     */
    String after(EventRecord event) {
        if (model.source().lead() == null || !isOfFeeder(event)) {
            return "";
        }
        return switch (event.name()) {
            case "step.delta" -> {
                written.append(event.data().path("text").asString(""));
                yield isBehind() ? "" : more(written.toString());
            }
            case "step.ready", "step.started", "step.retrying" -> {
                written.setLength(0);
                written.append(lead);
                yield "";
            }
            default -> "";
        };
    }

    /**
     * What is still to be told of the whole reply.
     *
     * @throws ProblemException if it does not begin with what was told
     */
    String rest(String reply) {
        return more(reply);
    }

    private boolean isOfFeeder(EventRecord event) {
        return model.source()
                .feeder()
                .filter(node -> node.value().equals(event.node()))
                .isPresent();
    }

    /** Whether this is another try that has not come as far as the one before. */
    private boolean isBehind() {
        return told.length() > written.length() && told.toString().startsWith(written.toString());
    }

    private String more(String whole) {
        if (!whole.startsWith(told.toString())) {
            throw new ProblemException(
                    ProblemType.RUN_UNFINISHED,
                    "The agent was tried again while its reply was told, and now writes another. Ask again, or without 'stream'.");
        }
        String more = whole.substring(told.length());
        told.append(more);
        return more;
    }
}
