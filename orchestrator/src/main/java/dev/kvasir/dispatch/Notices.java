package dev.kvasir.dispatch;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Wakes other processes, when and if the transaction commits. A notice only says "look again"; one that is lost costs time,
 * nothing else.
 */
public final class Notices {

    private final JdbcClient jdbc;

    public Notices(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** An island of the pool may be claimed. */
    public void ready(String pool) {
        send(Channel.READY, pool);
    }

    /** A run is to stop now. */
    public void stop(UUID run) {
        send(Channel.STOP, run.toString());
    }

    /** A run has new events. */
    public void events(UUID run) {
        send(Channel.EVENT, run.toString());
    }

    /** An operation has new events. */
    public void operation(UUID operation) {
        send(Channel.OPERATION, operation.toString());
    }

    /** Something of a room may be due: {@code hook}, {@code schedule} or {@code run}. */
    public void due(String room) {
        send(Channel.DUE, room);
    }

    private void send(Channel channel, String payload) {
        jdbc.sql("SELECT pg_notify(:channel, :payload)")
                .param("channel", channel.id())
                .param("payload", payload)
                .query((row, number) -> channel)
                .list();
    }

    /** What a notice is about. */
    public enum Channel {
        READY("kvasir_ready"),
        STOP("kvasir_stop"),
        EVENT("kvasir_event"),
        OPERATION("kvasir_operation"),
        DUE("kvasir_due");

        private final String id;

        Channel(String id) {
            this.id = id;
        }

        /** As PostgreSQL knows it. */
        public String id() {
            return id;
        }
    }
}
