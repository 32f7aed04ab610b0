package dev.kvasir.hook;

import dev.kvasir.access.VaultException;
import dev.kvasir.dispatch.DatabaseFaults;
import dev.kvasir.dispatch.Pump;
import dev.kvasir.hook.DeliveryRows.Failure;
import dev.kvasir.outbound.AddressNotAllowedException;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundException;
import dev.kvasir.outbound.OutboundLimits;
import dev.kvasir.outbound.OutboundRequest;
import dev.kvasir.outbound.OutboundStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due. A try is claimed in one transaction and told of in another; none spans the request. A server that dies over a try
 * leaves its claim, which another takes over when its time is up: at least once, and never two at the same time.
 */
final class Courier implements Pump.Work, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Courier.class);
    /** What a try may take beside its request: writing the body before it and the outcome after it. */
    private static final Duration SLACK = Duration.ofSeconds(20);

    private static final Duration PURGE = Duration.ofMinutes(5);
    private static final int ANSWER_BYTES = 64 * 1024;

    private final DeliveryRows rows;
    private final TriggerRows triggers;
    private final Messages messages;
    private final HookSecrets secrets;
    private final OutboundClient outbound;
    private final HookProperties settings;
    private final Semaphore slots;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Pump pump;
    private long purgedAt = System.nanoTime();

    Courier(HookRoom room, OutboundClient outbound, HookProperties settings) {
        this.rows = room.deliveries();
        this.triggers = room.triggers();
        this.messages = room.messages();
        this.secrets = room.secrets();
        this.outbound = outbound;
        this.settings = settings;
        this.slots = new Semaphore(settings.slots());
        this.pump = new Pump("webhooks", settings.look(), this);
    }

    void start() {
        secrets.sealAgain();
        pump.start();
    }

    void wake() {
        pump.wake();
    }

    @Override
    public Duration look() {
        purge();
        int free = slots.availablePermits();
        if (free == 0) {
            return settings.look(); // the next that ends wakes the pump
        }
        List<DueDelivery> claimed =
                rows.claim(free, settings.each(), settings.timeout().plus(SLACK));
        for (DueDelivery delivery : claimed) {
            slots.acquireUninterruptibly();
            threads.execute(() -> carry(delivery));
        }
        return claimed.size() == free ? Duration.ZERO : rows.untilNext().orElse(settings.look());
    }

    private void purge() {
        if (System.nanoTime() - purgedAt > PURGE.toNanos()) {
            purgedAt = System.nanoTime();
            rows.purge(settings.keep());
            triggers.purge(settings.keep());
        }
    }

    private void carry(DueDelivery delivery) {
        try {
            deliver(delivery);
        } catch (RuntimeException broken) {
            // the claim runs out, and the try is made again
            if (DatabaseFaults.mayPass(broken)) {
                log.warn("{} is tried again later: {}", delivery.id(), broken.getMessage());
            } else {
                log.error("{} is tried again later", delivery.id(), broken);
            }
        } finally {
            slots.release();
            pump.wake();
        }
    }

    private void deliver(DueDelivery delivery) {
        if (delivery.attempt() > settings.tries()) {
            rows.failed(
                    delivery,
                    new Failure(null, "The server stopped during the last try, and its outcome is not known."),
                    null);
            return;
        }
        Optional<String> body = delivery.body() == null
                ? messages.body(delivery).map(fresh -> rows.keep(delivery, fresh))
                : Optional.of(delivery.body());
        if (body.isEmpty()) {
            rows.failed(delivery, new Failure(null, "The run was deleted before its event could be sent."), null);
            return;
        }
        try {
            told(delivery, send(delivery, body.get()));
        } catch (AddressNotAllowedException | OutboundException | VaultException failed) {
            failed(delivery, new Failure(null, String.valueOf(failed.getMessage())));
        }
    }

    /** The status alone counts; what the receiver has to say is not read. */
    private int send(DueDelivery delivery, String body) {
        String message = delivery.message().toString();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String signatures = secrets.open(delivery.receiver().secrets()).stream()
                .map(secret -> Signature.of(secret, message, delivery.sentAt(), bytes))
                .collect(Collectors.joining(" "));
        OutboundRequest request = new OutboundRequest(
                "POST",
                delivery.receiver().url(),
                Map.of(
                        "content-type",
                        "application/json",
                        "webhook-id",
                        message,
                        "webhook-timestamp",
                        Long.toString(delivery.sentAt()),
                        "webhook-signature",
                        signatures),
                body,
                new OutboundLimits(settings.timeout(), ANSWER_BYTES));
        try (OutboundStream answer = outbound.open(request)) {
            return answer.status();
        }
    }

    private void told(DueDelivery delivery, int status) {
        if (status >= 200 && status < 300) {
            rows.delivered(delivery, status);
            log.debug("{} was delivered at try {}", delivery.id(), delivery.attempt());
            return;
        }
        String sentence = status >= 300 && status < 400
                ? "The receiver answered %d, a redirect, which is not followed. Name the final address."
                        .formatted(status)
                : "The receiver answered %d, not 2xx.".formatted(status);
        failed(delivery, new Failure(status, sentence));
    }

    private void failed(DueDelivery delivery, Failure failure) {
        boolean isLast = delivery.attempt() >= settings.tries();
        rows.failed(delivery, failure, isLast ? null : settings.retries().get(delivery.attempt() - 1));
        if (isLast) {
            log.warn("{} is given up after {} tries: {}", delivery.id(), delivery.attempt(), failure.sentence());
        }
    }

    /** Lets what is on its way arrive, for as long as one try may take. */
    @Override
    public void close() {
        pump.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
