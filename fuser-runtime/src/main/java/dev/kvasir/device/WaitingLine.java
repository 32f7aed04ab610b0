package dev.kvasir.device;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.stream.Collectors;

/**
 * Who goes first. Requests of parties that hold nothing are served in the order in which they came, and none while a party
 * that holds something waits for more: those go as soon as what they need fits, since only they can let go of anything. A
 * pool's lock guards it.
 */
final class WaitingLine {

    private final Deque<Ticket> newcomers = new ArrayDeque<>();
    private final LinkedHashSet<Ticket> holders = new LinkedHashSet<>();

    /** A request in line; told apart by identity. */
    static final class Ticket {

        private final Party party;
        private final Needs needs;
        private final boolean holds;

        Ticket(Party party, Needs needs, boolean holds) {
            this.party = party;
            this.needs = needs;
            this.holds = holds;
        }

        Needs needs() {
            return needs;
        }

        boolean holds() {
            return holds;
        }
    }

    Ticket join(Ticket ticket) {
        if (ticket.holds) {
            holders.add(ticket);
        } else {
            newcomers.add(ticket);
        }
        return ticket;
    }

    void leave(Ticket ticket) {
        holders.remove(ticket);
        newcomers.remove(ticket);
    }

    boolean mayGo(Ticket ticket) {
        return ticket.holds || (holders.isEmpty() && newcomers.getFirst() == ticket);
    }

    /**
     * Whether nothing can become free as long as this one waits: all who hold something wait for more, none of them can go on,
     * and this one came last.
     */
    boolean isInVain(Ticket ticket, Ledger ledger) {
        return ticket.holds
                && holders.getLast() == ticket
                && holders.stream()
                        .map(holder -> holder.party)
                        .collect(Collectors.toSet())
                        .containsAll(ledger.parties())
                && ledger.draining() == 0
                && holders.stream().noneMatch(holder -> ledger.fitsIfIdleGoes(holder.needs));
    }

    int size() {
        return newcomers.size() + holders.size();
    }
}
