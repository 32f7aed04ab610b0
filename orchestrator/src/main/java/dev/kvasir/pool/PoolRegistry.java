package dev.kvasir.pool;

import dev.kvasir.graph.Registry;
import dev.kvasir.tool.Toolbox;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What graphs may name, read from the pool's rows, and from who offers tools, whenever it is asked. */
final class PoolRegistry implements Registry {

    private final Pool pool;
    private final JdbcClient jdbc;
    private final Toolbox tools;

    PoolRegistry(Pool pool, JdbcClient jdbc, Toolbox tools) {
        this.pool = pool;
        this.jdbc = jdbc;
        this.tools = tools;
    }

    @Override
    public Optional<Model> model(String name) {
        int at = name.indexOf('@');
        String digits = at < 0 ? "" : name.substring(at + 1);
        return pool.model(at < 0 ? name : name.substring(0, at))
                .filter(PoolRegistry::isSound)
                .filter(model ->
                        at < 0 || (digits.length() >= 8 && model.digest().startsWith(digits)))
                .map(PoolRegistry::model);
    }

    @Override
    public Optional<Fuser> fuser(String name) {
        return pool.fuser(name).filter(PoolRegistry::isSound).map(PoolRegistry::fuser);
    }

    @Override
    public List<String> modelNames() {
        return pool.models().stream()
                .filter(PoolRegistry::isSound)
                .map(ModelRecord::name)
                .sorted()
                .toList();
    }

    @Override
    public List<Fuser> fusers() {
        return pool.fusers().stream()
                .filter(PoolRegistry::isSound)
                .map(PoolRegistry::fuser)
                .toList();
    }

    @Override
    public List<String> pools() {
        return jdbc.sql("SELECT DISTINCT pool FROM worker WHERE state IN ('ACTIVE', 'DRAINING') ORDER BY pool")
                .query((row, number) -> row.getString(1))
                .list();
    }

    @Override
    public List<String> toolNames() {
        return tools.names();
    }

    @Override
    public Optional<JsonNode> tool(String name) {
        return tools.find(name).map(tool -> tool.specification().parameters());
    }

    @Override
    public OptionalLong largestDeviceBytes() {
        long largest = jdbc.sql("""
                        SELECT coalesce(max(d.memory_in_bytes), 0) FROM worker_device d JOIN worker w ON w.id = d.worker_id
                        WHERE w.state IN ('ACTIVE', 'DRAINING')""").query((row, number) -> row.getLong(1)).single();
        return largest == 0 ? OptionalLong.empty() : OptionalLong.of(largest);
    }

    private static boolean isSound(ModelRecord model) {
        return model.available() && model.problem() == null;
    }

    private static boolean isSound(FuserRecord fuser) {
        return fuser.available() && fuser.problem() == null;
    }

    private static Model model(ModelRecord model) {
        ModelRecord.Shape shape = model.shape();
        return new Model(
                model.name(),
                model.digest(),
                location(model.kind()),
                new CacheShape(model.family(), shape.layers(), shape.kvHeads(), shape.headDim()),
                shape.contextLength(),
                model.sizeInBytes());
    }

    private static Location location(String kind) {
        return switch (kind) {
            case "LOCAL" -> Location.LOCAL;
            case "REMOTE" -> Location.REMOTE;
            case "ECHO" -> Location.BUILT_IN;
            default -> throw new IllegalStateException("No such kind of model: " + kind);
        };
    }

    private static Fuser fuser(FuserRecord fuser) {
        return new Fuser(fuser.name(), fuser.digest(), end(fuser.sharer()), end(fuser.receiver()));
    }

    private static End end(FuserRecord.End end) {
        return new End(end.model(), end.digest(), new CacheShape("", end.layers(), end.kvHeads(), end.headDim()));
    }
}
