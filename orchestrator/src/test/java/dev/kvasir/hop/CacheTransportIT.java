package dev.kvasir.hop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.kvasir.database.TestDatabase;
import dev.kvasir.hop.CacheTransport.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.util.unit.DataSize;

/** Sealed caches through a real database: what opens, what does not, what is left, and how fast it goes. */
class CacheTransportIT {

    private static final Logger log = LoggerFactory.getLogger(CacheTransportIT.class);

    private final HikariDataSource database = pooled(TestDatabase.migrated());
    private final JdbcClient jdbc = JdbcClient.create(database);
    private final TransferRows rows = new TransferRows(jdbc);
    private final CacheTransport transport = transport(null);
    private final Passage passage = passage("anna");

    @TempDir
    private Path folder;

    private UUID run = new UUID(0, 1);

    @BeforeEach
    void aRun() {
        run = passage.run();
        UUID owner = UUID.randomUUID();
        UUID graph = UUID.randomUUID();
        jdbc.sql("INSERT INTO app_user (id, name, role) VALUES (:id, 'anna', 'ADMIN')")
                .param("id", owner)
                .update();
        jdbc.sql("INSERT INTO graph (id, owner_id, name, title) VALUES (:id, :owner, 'g', 'G')")
                .param("id", graph)
                .param("owner", owner)
                .update();
        jdbc.sql("""
                        INSERT INTO graph_version (graph_id, number, sha256, document, lock, published_by)
                        VALUES (:id, 1, :sha256, '{}', '{"models":{},"fusers":{}}', :owner)""")
                .param("id", graph)
                .param("sha256", "0".repeat(64))
                .param("owner", owner)
                .update();
        jdbc.sql("""
                        INSERT INTO run (id, owner_id, graph_id, version, state, input, input_sha256, seed, profile, timeout_ms,
                            queue_deadline_at)
                        VALUES (:id, :owner, :graph, 1, 'QUEUED', '{}', :sha256, 0, 'exact', 1000, clock_timestamp())""")
                .param("id", run)
                .param("owner", owner)
                .param("graph", graph)
                .param("sha256", "0".repeat(64))
                .update();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatIsSentArrivesOnceItsStepHasCommittedAndAsOftenAsItIsAskedFor() throws IOException {
        for (int size : new int[] {1, 65_536, 1 << 20, 3_000_001}) {
            Path plain = file(size);
            Sent sent = transport.send(passage, plain, () -> {});
            assertThat(rows.waiting(run, "e")).isEmpty();

            rows.commit(sent.id());

            assertThat(rows.waiting(run, "e").orElseThrow().id()).isEqualTo(sent.id());
            assertThat(rows.waiting(run, "e").orElseThrow().bytes())
                    .isEqualTo(sent.bytes())
                    .isGreaterThan(size);
            for (int attempt = 0; attempt < 2; attempt++) {
                Path target = folder.resolve("come" + attempt + "-" + size);
                transport.receive(passage, sent.id(), target, () -> {});
                assertThat(target).hasSameBinaryContentAs(plain);
            }
            rows.drop(run, List.of("e"));
            assertThat(count("cache_chunk")).isZero();
        }
    }

    @Test
    void anotherTenantRunEdgeOrSideCannotOpenIt() throws IOException {
        Sent sent = transport.send(passage, file(100_000), () -> {});

        for (Passage other : List.of(
                passage("ben"),
                new Passage("anna", UUID.randomUUID(), "e", "a@edge", "b@default"),
                new Passage("anna", run, "f", "a@edge", "b@default"),
                new Passage("anna", run, "e", "b@edge", "b@default"),
                new Passage("anna", run, "e", "a@edge", "b@elsewhere"))) {
            refused(transport, other, sent.id());
        }
        Path key = Files.writeString(folder.resolve("key"), "k".repeat(40));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        refused(transport(key), passage, sent.id());
    }

    @Test
    void whatWasChangedCutExtendedOrReorderedIsRefused() throws IOException {
        for (String change : new String[] {
            "UPDATE cache_chunk SET bytes = set_byte(bytes, 500000, 1 + get_byte(bytes, 500000) % 255) WHERE number = 1",
            "DELETE FROM cache_chunk WHERE number = 3",
            "DELETE FROM cache_chunk WHERE number = 0",
            "UPDATE cache_chunk SET number = number + 10; UPDATE cache_chunk SET number = 13 - number",
            "INSERT INTO cache_chunk SELECT transfer_id, 4, bytes FROM cache_chunk WHERE number = 3"
        }) {
            Sent sent = transport.send(passage, file(3_500_000), () -> {});
            for (String statement : change.split("; ", -1)) {
                assertThat(jdbc.sql(statement).update()).isPositive();
            }
            refused(transport, passage, sent.id());
            jdbc.sql("DELETE FROM cache_transfer").update();
        }
    }

    @Test
    void whatIsTooLargeIsNotStaged() throws IOException {
        Path large = file((4 << 20) + 1);
        CacheTransport narrow = new CacheTransport(
                rows,
                new JdbcTransactionManager(database),
                new InstallationSecret(jdbc, null),
                new HopProperties(null, DataSize.ofMegabytes(4), Duration.ofHours(1)));

        assertThatThrownBy(() -> narrow.send(passage, large, () -> {}))
                .isInstanceOf(TransferException.class)
                .hasMessage(
                        "The cache has 4 MiB, and at most 4 may travel between workers (kvasir.hop.largest). Shorten the prompt,"
                                + " name fewer layers, or let it cross as INT8 or INT4.");
        assertThat(count("cache_transfer")).isZero();
    }

    /** How fast: as much as {@code -Dkvasir.hop.megabytes} says, there and back. */
    @Test
    void aCacheOfManyMegabytesGoesThroughTheDatabase() throws IOException {
        int megabytes = Integer.getInteger("kvasir.hop.megabytes", 16);
        Path plain = file(megabytes << 20);

        Sent sent = transport.send(passage, plain, () -> {});
        long start = System.nanoTime();
        Path target = folder.resolve("come");
        transport.receive(passage, sent.id(), target, () -> {});
        double receive = (System.nanoTime() - start) / 1e9;

        double send = sent.took().toNanos() / 1e9;
        log.warn(String.format(
                Locale.ROOT,
                "%d MiB: sealed and stored in %.2f s = %.0f MiB/s, fetched and opened in %.2f s = %.0f MiB/s",
                megabytes,
                send,
                megabytes / send,
                receive,
                megabytes / receive));
        assertThat(target).hasSameBinaryContentAs(plain);
        assertThat(sent.bytes() - (megabytes << 20)).isLessThan(megabytes * 1000L + 200);
    }

    private void refused(CacheTransport by, Passage as, UUID transfer) {
        Path target = folder.resolve("refused");
        assertThatThrownBy(() -> by.receive(as, transfer, target, () -> {}))
                .isInstanceOf(TransferException.class)
                .hasMessageStartingWith("The cache of transfer " + transfer + " is refused: ");
        assertThat(target).doesNotExist();
    }

    private CacheTransport transport(@Nullable Path key) {
        return new CacheTransport(
                rows,
                new JdbcTransactionManager(database),
                new InstallationSecret(jdbc, key),
                new HopProperties(key, DataSize.ofGigabytes(1), Duration.ofHours(1)));
    }

    /** As a worker has it. */
    private static HikariDataSource pooled(TestDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    private static Passage passage(String tenant) {
        return new Passage(tenant, new UUID(7, 7), "e", "a@edge", "b@default");
    }

    private Path file(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(folder.resolve("plain" + size), bytes);
    }

    private int count(String table) {
        return jdbc.sql("SELECT count(*) FROM " + table)
                .query((row, number) -> row.getInt(1))
                .single();
    }
}
