package dev.kvasir.run;

import dev.kvasir.graph.Link;
import dev.kvasir.graph.PairTimes;
import dev.kvasir.graph.Profile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the edges of an owner's succeeded runs took whose input was half to twice as long as the one at hand. The newest are
 * asked, at most {@value #NEWEST}.
 */
final class EdgeTimes implements PairTimes {

    private static final int NEWEST = 500;

    private final JdbcClient jdbc;
    private final UUID owner;
    private final int inputBytes;

    EdgeTimes(JdbcClient jdbc, UUID owner, ObjectNode input) {
        this.jdbc = jdbc;
        this.owner = owner;
        this.inputBytes = input.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public Map<Link.Mode, List<Duration>> of(String from, String to, Profile profile) {
        Map<Link.Mode, List<Duration>> times = new EnumMap<>(Link.Mode.class);
        jdbc.sql("""
                        SELECT edge_use.effective_mode,
                            sent.total_ms - sent.queue_ms - sent.load_ms + got.total_ms - got.queue_ms - got.load_ms AS ms
                        FROM edge_use
                        JOIN run ON run.id = edge_use.run_id
                        JOIN step sender ON sender.run_id = run.id AND sender.node = edge_use.from_node AND sender.iteration = ''
                        JOIN step receiver ON receiver.run_id = run.id AND receiver.node = edge_use.to_node
                            AND receiver.iteration = ''
                        JOIN metric sent ON sent.step_id = sender.id
                        JOIN metric got ON got.step_id = receiver.id
                        WHERE edge_use.from_model = :from AND edge_use.to_model = :to AND edge_use.iteration = ''
                            AND run.state = 'SUCCEEDED' AND run.owner_id = :owner AND run.profile = :profile
                            AND octet_length(run.input::text) BETWEEN :least AND :most
                        ORDER BY run.created_at DESC
                        LIMIT :newest""")
                .param("from", from)
                .param("to", to)
                .param("owner", owner)
                .param("profile", profile.json())
                .param("least", inputBytes / 2)
                .param("most", 2L * inputBytes)
                .param("newest", NEWEST)
                .query(row -> {
                    Link.Mode mode = Link.Mode.valueOf(row.getString("effective_mode"));
                    times.computeIfAbsent(mode, none -> new ArrayList<>())
                            .add(Duration.ofMillis(Math.max(0, row.getLong("ms"))));
                });
        return times;
    }
}
