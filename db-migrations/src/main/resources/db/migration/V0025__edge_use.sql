-- What crossed an edge of a run, and how.
CREATE TABLE edge_use (
    run_id            uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    edge              text NOT NULL CHECK (char_length(edge) BETWEEN 1 AND 64),
    iteration         text NOT NULL DEFAULT '' CHECK (char_length(iteration) <= 200),
    requested_mode    text NOT NULL CHECK (requested_mode IN ('TEXT', 'C2C', 'TEXT_C2C', 'HANDOVER', 'CACHE_PREFIX', 'AUTO')),
    override_mode     text CHECK (override_mode IN ('TEXT', 'C2C', 'TEXT_C2C', 'HANDOVER', 'CACHE_PREFIX', 'AUTO')),
    effective_mode    text CHECK (effective_mode IN ('TEXT', 'C2C', 'TEXT_C2C', 'HANDOVER', 'CACHE_PREFIX')),
    reason            text CHECK (reason ~ '^[A-Z0-9_]{1,50}$'),
    reason_text       text CHECK (char_length(reason_text) <= 4000),
    fuser             text CHECK (char_length(fuser) <= 200),
    fuser_digest      text CHECK (char_length(fuser_digest) <= 64),
    cache_bytes       bigint NOT NULL DEFAULT 0 CHECK (cache_bytes >= 0),
    tokens            integer NOT NULL DEFAULT 0 CHECK (tokens >= 0),
    project_ms        bigint NOT NULL DEFAULT 0 CHECK (project_ms >= 0),
    fuse_ms           bigint NOT NULL DEFAULT 0 CHECK (fuse_ms >= 0),
    copy_ms           bigint NOT NULL DEFAULT 0 CHECK (copy_ms >= 0),
    gate_open_share   double precision NOT NULL DEFAULT 0 CHECK (gate_open_share BETWEEN 0 AND 1),
    mean_key_weight   double precision NOT NULL DEFAULT 0 CHECK (mean_key_weight BETWEEN 0 AND 1),
    mean_value_weight double precision NOT NULL DEFAULT 0 CHECK (mean_value_weight BETWEEN 0 AND 1),
    PRIMARY KEY (run_id, edge, iteration),
    CHECK ((effective_mode IS NULL) = (reason IS NULL))
);
COMMENT ON COLUMN edge_use.effective_mode IS 'Absent until the step that the edge leads to has run.';
