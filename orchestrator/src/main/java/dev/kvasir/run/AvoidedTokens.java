package dev.kvasir.run;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How many tokens a sharer would have decoded had its edge been TEXT: what it wrote in the paired run, else on average in the
 * text runs of the same version. When neither is known nothing is claimed.
 */
final class AvoidedTokens {

    private static final String PAIR = """
            SELECT metric.generated_tokens
            FROM run own
            JOIN run twin ON twin.id = own.paired_run_id
                OR (own.paired_run_id IS NULL AND twin.graph_id = own.graph_id AND twin.version = own.version
                    AND twin.input_sha256 = own.input_sha256 AND twin.seed = own.seed)
            JOIN step ON step.run_id = twin.id AND step.node = :node
            JOIN metric ON metric.step_id = step.id
            JOIN result ON result.step_id = step.id
            WHERE own.id = :run AND twin.id <> own.id AND twin.state = 'SUCCEEDED' AND result.text IS NOT NULL
            ORDER BY twin.created_at DESC
            LIMIT 1""";

    private static final String MEAN = """
            SELECT round(avg(wrote.generated_tokens))::integer AS generated_tokens
            FROM (SELECT metric.generated_tokens
                  FROM run own
                  JOIN run other ON other.graph_id = own.graph_id AND other.version = own.version
                  JOIN step ON step.run_id = other.id AND step.node = :node
                  JOIN metric ON metric.step_id = step.id
                  JOIN result ON result.step_id = step.id
                  WHERE own.id = :run AND other.id <> own.id AND other.state = 'SUCCEEDED' AND result.text IS NOT NULL
                  ORDER BY other.created_at DESC
                  LIMIT 100) wrote
            HAVING count(*) > 0""";

    private final JdbcClient jdbc;

    AvoidedTokens(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Count by(UUID run, String node, StepOutcome outcome) {
        if (outcome.text() != null) {
            return Count.NONE;
        }
        return tokens(PAIR, run, node)
                .map(tokens -> new Count(tokens, Basis.PAIR))
                .or(() -> tokens(MEAN, run, node).map(tokens -> new Count(tokens, Basis.MEAN)))
                .orElse(Count.NONE);
    }

    private Optional<Integer> tokens(String sql, UUID run, String node) {
        return jdbc.sql(sql)
                .param("run", run)
                .param("node", node)
                .query((row, number) -> row.getInt("generated_tokens"))
                .optional();
    }

    /** Where a count comes from. */
    enum Basis {
        PAIR,
        MEAN,
        NONE
    }

    /** A count and where it comes from. */
    record Count(int tokens, Basis basis) {
        static final Count NONE = new Count(0, Basis.NONE);
    }
}
