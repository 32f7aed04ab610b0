package dev.kvasir.hook;

import dev.kvasir.access.Audit;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.dispatch.DatabaseFaults;
import dev.kvasir.graph.NamedTemplates;
import dev.kvasir.graph.TemplateException;
import dev.kvasir.run.RunId;
import dev.kvasir.run.Runs;
import dev.kvasir.run.StartRun;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/** Starts the run of a call that was let in: the call's row and the run's are one transaction, so a message starts one run. */
@Component
@Profile("!worker")
final class TriggerCalls {

    private static final int MOST_INPUT_BYTES = 1_000_000;

    private final TriggerRows rows;
    private final Runs runs;
    private final Audit audit;
    private final TransactionTemplate transaction;
    private final HookProperties settings;

    TriggerCalls(
            HookRoom room, Runs runs, Audit audit, PlatformTransactionManager transactions, HookProperties settings) {
        this.rows = room.triggers();
        this.runs = runs;
        this.audit = audit;
        this.transaction = new TransactionTemplate(transactions);
        this.settings = settings;
    }

    /**
     * A call.
     *
     * @param message the sender's name for it; null when it has none
     * @param bodySha256 of the body as it came, hexadecimal
     * @param values what templates may name
     */
    record Call(@Nullable String message, String bodySha256, ObjectNode values) {}

    /**
     * The run of a call.
     *
     * @param replayed whether the message was here before, and started it then
     */
    record Called(RunId run, boolean replayed) {}

    /** @throws ProblemException if the call is refused; the message may come again then */
    Called start(Trigger trigger, Call call) {
        try {
            return transaction.execute(status -> once(trigger, call));
        } catch (DataAccessException fault) {
            if (DatabaseFaults.isLockTimeout(fault)) {
                throw new ProblemException(
                                ProblemType.IDEMPOTENCY_IN_FLIGHT,
                                "The first call with this message's id is still running. Repeat it in a moment.")
                        .withHeader("Retry-After", "1");
            }
            throw fault;
        }
    }

    private Called once(Trigger trigger, Call call) {
        boolean isOften = rows.callsOfTheLastMinute(trigger.id()) >= settings.calls();
        Optional<Long> number = rows.take(trigger.id(), call.message(), call.bodySha256());
        if (number.isEmpty()) {
            return replay(trigger, call);
        }
        if (isOften) {
            throw new ProblemException(
                            ProblemType.RATE_LIMITED,
                            "The trigger was called %d times within a minute, the most it may be (kvasir.hook.calls)."
                                    .formatted(settings.calls()))
                    .withHeader("Retry-After", "60");
        }
        RunId run = runs.start(
                        trigger.owner(),
                        StartRun.labelled(
                                trigger.graph().value(),
                                trigger.version(),
                                input(trigger, call),
                                Map.of("trigger", trigger.id().toString())),
                        null)
                .id();
        rows.started(number.get(), run.value());
        audit.record(trigger.id().toString(), "run.start", run.toString(), Audit.Outcome.DONE);
        return new Called(run, false);
    }

    private Called replay(Trigger trigger, Call call) {
        TriggerRows.Call first = rows.call(trigger.id(), String.valueOf(call.message()));
        if (!first.bodySha256().equals(call.bodySha256())) {
            throw new ProblemException(
                    ProblemType.IDEMPOTENCY_MISMATCH,
                    "Message '%s' was here before with another body. Each message needs an id of its own."
                            .formatted(call.message()));
        }
        UUID run = first.run();
        if (run == null) {
            throw ProblemException.notFound("run any more of message", String.valueOf(call.message()));
        }
        return new Called(new RunId(run), true);
    }

    private static ObjectNode input(Trigger trigger, Call call) {
        ObjectNode input;
        try {
            input = NamedTemplates.fill(trigger.input(), call.values());
        } catch (TemplateException missing) {
            throw refused("The trigger's input cannot be made of this call: " + missing.getMessage());
        }
        if (input.toString().getBytes(StandardCharsets.UTF_8).length > MOST_INPUT_BYTES) {
            throw refused("The input that comes of this call is larger than %d bytes.".formatted(MOST_INPUT_BYTES));
        }
        return input;
    }

    private static ProblemException refused(String detail) {
        return new ProblemException(ProblemType.INPUT_INVALID, detail, List.of(ProblemFault.at("/input", detail)));
    }
}
