CREATE TABLE step (
    id          uuid PRIMARY KEY,
    run_id      uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    island_id   uuid REFERENCES island ON DELETE CASCADE,
    node        text NOT NULL CHECK (node ~ '^[a-z][a-z0-9_]{0,63}$'),
    iteration   text NOT NULL DEFAULT '' CHECK (char_length(iteration) <= 200),
    position    integer NOT NULL CHECK (position >= 0),
    state       text NOT NULL CHECK (state IN
        ('PENDING', 'READY', 'RUNNING', 'WAITING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED', 'REUSED')),
    attempts    integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    max_attempts integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 20),
    error       json CHECK (octet_length(error::text) <= 262144),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    ready_at    timestamptz,
    started_at  timestamptz,
    finished_at timestamptz,
    UNIQUE (run_id, node, iteration),
    CHECK ((state IN ('SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED', 'REUSED')) = (finished_at IS NOT NULL)),
    CHECK (state <> 'RUNNING' OR started_at IS NOT NULL),
    CHECK (finished_at >= started_at)
);

CREATE INDEX step_island ON step (island_id) WHERE island_id IS NOT NULL;
CREATE TRIGGER step_final_state BEFORE UPDATE ON step FOR EACH ROW EXECUTE FUNCTION refuse_leaving_final_state();
COMMENT ON COLUMN step.island_id IS 'Absent for a node that needs no worker: input and output.';
COMMENT ON COLUMN step.position IS 'Its place in the order in which the graph''s nodes run.';
