package dev.kvasir.run;

import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.Lease;
import dev.kvasir.dispatch.Leases;
import dev.kvasir.run.Journal.Entry;
import java.util.ArrayList;
import java.util.List;

/** Claims islands and starts an attempt at each of their steps, in one transaction. */
final class Claims {

    private final RunRoom room;
    private final Leases leases;

    Claims(RunRoom room, Leases leases) {
        this.room = room;
        this.leases = leases;
    }

    List<Lease> claim(Claimant worker, int free) {
        return room.transactions().in(() -> {
            List<Lease> claimed = leases.claim(worker, free);
            claimed.forEach(lease -> begin(lease, worker));
            return claimed;
        });
    }

    private void begin(Lease lease, Claimant worker) {
        List<Entry> news = new ArrayList<>();
        if (room.rows().begin(lease.run())) {
            news.add(Entry.run(RunState.RUNNING));
        }
        for (StepRow step : room.rows().startAttempts(lease.island().value(), lease.epoch(), worker.name())) {
            news.add(Entry.step(
                    "step.started",
                    step,
                    Entry.nothing().put("attempt", step.attempts()).put("worker", worker.name())));
        }
        room.journal().append(lease.run(), news);
    }
}
