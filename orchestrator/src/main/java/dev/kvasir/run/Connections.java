package dev.kvasir.run;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections beside the main pool's. */
final class Connections {

    private static final int CONNECT_SECONDS = 5;

    private Connections() {}

    /** Connections that may be kept, to listen on. */
    static DataSource unpooled(HikariDataSource main) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(main.getJdbcUrl());
        if (main.getUsername() != null) {
            source.setUser(main.getUsername());
            source.setPassword(main.getPassword());
        }
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setTcpKeepAlive(true);
        source.setApplicationName("kvasir-notices");
        return source;
    }

    /** A small pool of its own for heartbeats: they must not wait for work, and not for a dead connection. */
    static HikariDataSource heartbeats(HikariDataSource main, Duration patience) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(main.getJdbcUrl());
        config.setUsername(main.getUsername());
        config.setPassword(main.getPassword());
        config.setPoolName("heartbeats");
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(Math.max(250, patience.toMillis()));
        config.setInitializationFailTimeout(-1);
        config.setKeepaliveTime(30_000);
        config.addDataSourceProperty("connectTimeout", CONNECT_SECONDS);
        config.addDataSourceProperty("socketTimeout", Math.max(1, (int) patience.toSeconds()));
        return new HikariDataSource(config);
    }
}
