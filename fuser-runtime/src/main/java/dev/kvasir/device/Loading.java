package dev.kvasir.device;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Loads what a request was granted and nobody else is loading, then waits for the rest. */
final class Loading {

    private final DevicePool pool;
    private final Needs needs;
    private final Ledger.Grant grant;
    private final Clock clock;

    Loading(DevicePool pool, Needs needs, Ledger.Grant grant, Clock clock) {
        this.pool = pool;
        this.needs = needs;
        this.grant = grant;
        this.clock = clock;
    }

    /**
     * All are there once it returns. One's own come first, so that no two wait for each other; and what somebody else waits for
     * is loaded even if its unit has failed already.
     */
    void run() {
        Throwable failed = null;
        for (Residence residence : grant.mine()) {
            if (failed == null || !pool.failedAlone(residence, failed)) {
                Throwable fault = load(residence);
                failed = failed == null ? fault : failed;
            }
        }
        grant.residents().values().forEach(Residence::await);
    }

    /** Null if it is there now, else why it is not; either way all who wait for it know. */
    private @Nullable Throwable load(Residence residence) {
        try {
            Instant start = clock.instant();
            ResidentRequest<?> request = needs.resident(residence.key());
            Resident resident = pool.guarded(
                    "'" + residence.name() + "' was being loaded",
                    () -> request.loader().apply(pool.slot()));
            accept(residence, resident, Duration.between(start, clock.instant()));
            return null;
        } catch (RuntimeException | Error fault) {
            pool.failed(residence, fault);
            return fault;
        }
    }

    private void accept(Residence residence, Resident resident, Duration took) {
        try {
            pool.loaded(residence, resident, took);
        } catch (RuntimeException refused) {
            resident.close();
            throw refused;
        }
    }
}
