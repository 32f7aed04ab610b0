package dev.kvasir.pool;

import dev.kvasir.dispatch.Sweeper.Sweep;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Brings the rows of models and fusers in line with what lies on this machine. What has gone from one machine may lie on
 * another, so only rows that nobody has seen for a while become unavailable.
 */
public final class PoolSync implements Sweep {

    private static final String UNSEEN_FOR = "interval '60 s'";

    private final JdbcClient jdbc;
    private final Shelf shelf;

    PoolSync(JdbcClient jdbc, Shelf shelf) {
        this.jdbc = jdbc;
        this.shelf = shelf;
    }

    /** Looks now; what lies there can be used in graphs once it returns. */
    @Override
    public void sweep() {
        List<ModelRecord> models = Stream.concat(Stream.of(ModelRecord.echo()), shelf.models().stream())
                .toList();
        models.forEach(this::write);
        shelf.fusers().forEach(this::write);
        jdbc.sql(
                        "UPDATE model SET available = false WHERE available AND kind = 'LOCAL' AND seen_at < clock_timestamp() - "
                                + UNSEEN_FOR)
                .update();
        jdbc.sql("UPDATE fuser SET available = false WHERE available AND seen_at < clock_timestamp() - " + UNSEEN_FOR)
                .update();
    }

    private void write(ModelRecord model) {
        jdbc.sql("""
                        INSERT INTO model (name, kind, digest, family, format, layers, hidden_size, heads, kv_heads, head_dim,
                            vocabulary_size, context_length, size_in_bytes, problem)
                        VALUES (:name, :kind, :digest, :family, :format, :layers, :hidden, :heads, :kvHeads, :headDim,
                            :vocabulary, :context, :size, :problem)
                        ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, digest = excluded.digest,
                            family = excluded.family, format = excluded.format, layers = excluded.layers,
                            hidden_size = excluded.hidden_size, heads = excluded.heads, kv_heads = excluded.kv_heads,
                            head_dim = excluded.head_dim, vocabulary_size = excluded.vocabulary_size,
                            context_length = excluded.context_length, size_in_bytes = excluded.size_in_bytes,
                            problem = excluded.problem, available = true, seen_at = clock_timestamp()""")
                .param("name", model.name())
                .param("kind", model.kind())
                .param("digest", model.digest())
                .param("family", model.family())
                .param("format", model.format())
                .param("layers", model.shape().layers())
                .param("hidden", model.shape().hiddenSize())
                .param("heads", model.shape().heads())
                .param("kvHeads", model.shape().kvHeads())
                .param("headDim", model.shape().headDim())
                .param("vocabulary", model.shape().vocabularySize())
                .param("context", model.shape().contextLength())
                .param("size", model.sizeInBytes())
                .param("problem", model.problem())
                .update();
    }

    private void write(FuserRecord fuser) {
        jdbc.sql("""
                        INSERT INTO fuser (name, digest, sharer, sharer_digest, sharer_layers, sharer_kv_heads,
                            sharer_head_dim, receiver, receiver_digest, receiver_layers, receiver_kv_heads,
                            receiver_head_dim, size_in_bytes, gates_open, gates, problem)
                        VALUES (:name, :digest, :sharer, :sharerDigest, :sharerLayers, :sharerHeads, :sharerDim, :receiver,
                            :receiverDigest, :receiverLayers, :receiverHeads, :receiverDim, :size, :gatesOpen, :gates, :problem)
                        ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, sharer = excluded.sharer,
                            sharer_digest = excluded.sharer_digest, sharer_layers = excluded.sharer_layers,
                            sharer_kv_heads = excluded.sharer_kv_heads, sharer_head_dim = excluded.sharer_head_dim,
                            receiver = excluded.receiver, receiver_digest = excluded.receiver_digest,
                            receiver_layers = excluded.receiver_layers, receiver_kv_heads = excluded.receiver_kv_heads,
                            receiver_head_dim = excluded.receiver_head_dim, size_in_bytes = excluded.size_in_bytes,
                            gates_open = excluded.gates_open, gates = excluded.gates,
                            problem = excluded.problem, available = true, seen_at = clock_timestamp()""")
                .param("name", fuser.name())
                .param("digest", fuser.digest())
                .param("sharer", fuser.sharer().model())
                .param("sharerDigest", fuser.sharer().digest())
                .param("sharerLayers", fuser.sharer().layers())
                .param("sharerHeads", fuser.sharer().kvHeads())
                .param("sharerDim", fuser.sharer().headDim())
                .param("receiver", fuser.receiver().model())
                .param("receiverDigest", fuser.receiver().digest())
                .param("receiverLayers", fuser.receiver().layers())
                .param("receiverHeads", fuser.receiver().kvHeads())
                .param("receiverDim", fuser.receiver().headDim())
                .param("size", fuser.sizeInBytes())
                .param("gatesOpen", fuser.gatesOpen())
                .param("gates", fuser.gates())
                .param("problem", fuser.problem())
                .update();
    }
}
