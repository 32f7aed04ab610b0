package dev.kvasir.dispatch;

import dev.kvasir.dispatch.Notices.Channel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears {@link Notices} on a connection of its own and tells whoever asked.
 *
 * <p>It listens again on every new connection, and then tells everybody to look, because what was sent meanwhile is lost.
 */
public final class NoticeListener implements AutoCloseable {

    /** Told instead of a payload after the connection was renewed: anything may have happened. */
    public static final String EVERYTHING = "*";

    private static final Logger log = LoggerFactory.getLogger(NoticeListener.class);
    private static final Duration WAIT = Duration.ofMillis(500);

    private final DataSource source;
    private final Map<Channel, List<Consumer<String>>> listeners = new EnumMap<>(Channel.class);
    private final Thread thread = Thread.ofPlatform().daemon().name("notices").unstarted(this::listen);
    private volatile boolean open = true;

    /** @param source gives a connection that may be kept, not one of a pool's */
    public NoticeListener(DataSource source) {
        this.source = source;
        for (Channel channel : Channel.values()) {
            listeners.put(channel, new CopyOnWriteArrayList<>());
        }
    }

    /**
     * Subscribes.
     *
     * @param listener called on the listening thread with the payload or {@link #EVERYTHING}; must return at once
     * @return ends the subscription
     */
    public Runnable on(Channel channel, Consumer<String> listener) {
        List<Consumer<String>> all = listeners.getOrDefault(channel, List.of());
        all.add(listener);
        return () -> all.remove(listener);
    }

    public void start() {
        thread.start();
    }

    private void listen() {
        while (open) {
            try (Connection connection = source.getConnection()) {
                subscribe(connection);
                hear(connection.unwrap(PGConnection.class));
            } catch (SQLException lost) {
                if (open) {
                    log.warn("Notices are not heard, polling goes on: {}", lost.getMessage());
                    pause();
                }
            }
        }
    }

    private void subscribe(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            for (Channel channel : Channel.values()) {
                statement.execute("LISTEN " + channel.id());
            }
        }
        for (Channel channel : Channel.values()) {
            tell(channel, EVERYTHING);
        }
    }

    private void hear(PGConnection connection) throws SQLException {
        while (open) {
            PGNotification[] notices = connection.getNotifications((int) WAIT.toMillis());
            if (notices != null) {
                for (PGNotification notice : notices) {
                    tell(notice);
                }
            }
        }
    }

    private void tell(PGNotification notice) {
        for (Channel channel : Channel.values()) {
            if (channel.id().equals(notice.getName())) {
                tell(channel, notice.getParameter());
            }
        }
    }

    private void tell(Channel channel, String payload) {
        for (Consumer<String> listener : listeners.getOrDefault(channel, List.of())) {
            try {
                listener.accept(payload);
            } catch (RuntimeException broken) {
                log.error("A listener to {} failed", channel, broken);
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(WAIT);
        } catch (InterruptedException stopped) {
            open = false;
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
    }
}
