package dev.kvasir.pool;

import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.Sweeper.Sweep;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A worker's own row: made when it starts, kept fresh with what it can see, ended when it stops. */
public final class WorkerRegistration implements Sweep {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Shelf shelf;
    private final Claimant worker;

    public WorkerRegistration(JdbcClient jdbc, TransactionTemplate transactions, Shelf shelf, Claimant worker) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.shelf = shelf;
        this.worker = worker;
    }

    /**
     * Makes the row.
     *
     * @param host where it runs and what it offers
     */
    public void register(Host host) {
        transactions.executeWithoutResult(status -> {
            jdbc.sql("""
                            INSERT INTO worker (id, name, pool, state, host, pid, slots, version)
                            VALUES (:id, :name, :pool, 'ACTIVE', :host, :pid, :slots, :version)""")
                    .param("id", worker.id().value())
                    .param("name", worker.name())
                    .param("pool", worker.pool())
                    .param("host", host.name())
                    .param("pid", host.pid())
                    .param("slots", host.slots())
                    .param("version", host.version())
                    .update();
            host.devices().forEach(this::write);
            writeModels();
        });
    }

    /** Tells that it lives, and what it can see by now. A worker that was thought gone is back. */
    @Override
    public void sweep() {
        transactions.executeWithoutResult(status -> {
            jdbc.sql("""
                            UPDATE worker SET heartbeat_at = clock_timestamp(),
                                   state = CASE WHEN state = 'GONE' THEN 'ACTIVE' ELSE state END
                            WHERE id = :id AND state <> 'STOPPED'""").param("id", worker.id().value()).update();
            writeModels();
        });
    }

    /** Tells that it claims nothing more. */
    public void drain() {
        jdbc.sql("UPDATE worker SET state = 'DRAINING' WHERE id = :id AND state IN ('ACTIVE', 'GONE')")
                .param("id", worker.id().value())
                .update();
    }

    /** Ends the row. */
    public void stop() {
        jdbc.sql(
                        "UPDATE worker SET state = 'STOPPED', finished_at = clock_timestamp() WHERE id = :id AND state <> 'STOPPED'")
                .param("id", worker.id().value())
                .update();
    }

    private void write(DeviceRecord device) {
        jdbc.sql("""
                        INSERT INTO worker_device (worker_id, name, kind, description, memory_in_bytes)
                        VALUES (:worker, :name, :kind, :description, :memory)""")
                .param("worker", worker.id().value())
                .param("name", device.name())
                .param("kind", device.kind())
                .param("description", device.description())
                .param("memory", device.memoryInBytes())
                .update();
    }

    private void writeModels() {
        List<ModelRecord> models =
                shelf.models().stream().filter(model -> model.problem() == null).toList();
        jdbc.sql(
                        "DELETE FROM worker_model WHERE worker_id = :worker AND NOT model = ANY(:names::text[]) AND model <> 'echo'")
                .param("worker", worker.id().value())
                .param("names", models.stream().map(ModelRecord::name).toArray(String[]::new))
                .update();
        writeModel("echo", "");
        models.forEach(model -> writeModel(model.name(), model.digest()));
    }

    private void writeModel(String name, String digest) {
        jdbc.sql("""
                        INSERT INTO worker_model (worker_id, model, digest) VALUES (:worker, :model, :digest)
                        ON CONFLICT (worker_id, model) DO UPDATE SET digest = excluded.digest
                        WHERE worker_model.digest <> excluded.digest""")
                .param("worker", worker.id().value())
                .param("model", name)
                .param("digest", digest)
                .update();
    }

    /**
     * Where a worker runs.
     *
     * @param name of the machine
     * @param pid of the process
     * @param slots how many islands it runs at a time
     */
    public record Host(String name, long pid, int slots, String version, List<DeviceRecord> devices) {
        public Host {
            devices = List.copyOf(devices);
        }
    }
}
