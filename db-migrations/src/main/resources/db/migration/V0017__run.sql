CREATE TABLE run (
    id                uuid PRIMARY KEY,
    owner_id          uuid NOT NULL REFERENCES app_user ON DELETE RESTRICT,
    graph_id          uuid NOT NULL,
    version           integer NOT NULL,
    state             text NOT NULL CHECK (state IN
        ('QUEUED', 'RUNNING', 'WAITING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT')),
    degraded          boolean NOT NULL DEFAULT false,
    input             json NOT NULL CHECK (octet_length(input::text) <= 1048576),
    input_sha256      text NOT NULL CHECK (input_sha256 ~ '^[0-9a-f]{64}$'),
    output            json CHECK (octet_length(output::text) <= 16777216),
    error             json CHECK (octet_length(error::text) <= 262144),
    seed              bigint NOT NULL CHECK (seed BETWEEN 0 AND 9007199254740991),
    profile           text NOT NULL CHECK (profile IN ('exact', 'fast')),
    priority          integer NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100),
    labels            jsonb NOT NULL DEFAULT '{}' CHECK (octet_length(labels::text) <= 16384),
    edge_overrides    jsonb NOT NULL DEFAULT '{}' CHECK (octet_length(edge_overrides::text) <= 65536),
    node_overrides    jsonb NOT NULL DEFAULT '{}' CHECK (octet_length(node_overrides::text) <= 65536),
    timeout_ms        bigint NOT NULL CHECK (timeout_ms > 0),
    parent_run_id     uuid REFERENCES run ON DELETE SET NULL,
    replayed_from     uuid REFERENCES run ON DELETE SET NULL,
    paired_run_id     uuid REFERENCES run ON DELETE SET NULL,
    stop_state        text CHECK (stop_state IN ('FAILED', 'CANCELLED', 'TIMED_OUT')),
    stop_mode         text CHECK (stop_mode IN ('GRACEFUL', 'NOW')),
    stop_requested_at timestamptz,
    last_event        bigint NOT NULL DEFAULT 0 CHECK (last_event >= 0),
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    queue_deadline_at timestamptz NOT NULL,
    started_at        timestamptz,
    deadline_at       timestamptz,
    finished_at       timestamptz,
    FOREIGN KEY (graph_id, version) REFERENCES graph_version (graph_id, number) ON DELETE RESTRICT,
    CHECK ((state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT')) = (finished_at IS NOT NULL)),
    CHECK (finished_at >= started_at),
    CHECK ((started_at IS NULL) = (deadline_at IS NULL)),
    CHECK (state <> 'QUEUED' OR started_at IS NULL),
    CHECK (state NOT IN ('RUNNING', 'WAITING', 'SUCCEEDED') OR started_at IS NOT NULL),
    CHECK ((stop_state IS NULL) = (stop_requested_at IS NULL) AND (stop_state IS NULL) = (stop_mode IS NULL)),
    CHECK (state NOT IN ('FAILED', 'CANCELLED', 'TIMED_OUT') OR stop_state IS NOT DISTINCT FROM state),
    CHECK (state <> 'SUCCEEDED' OR stop_state IS NULL)
);

CREATE INDEX run_newest_of_owner ON run (owner_id, created_at DESC, id DESC);
CREATE INDEX run_newest_of_graph ON run (graph_id, version, created_at DESC, id DESC);
CREATE INDEX run_parent ON run (parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX run_replayed_from ON run (replayed_from) WHERE replayed_from IS NOT NULL;
CREATE INDEX run_paired ON run (paired_run_id) WHERE paired_run_id IS NOT NULL;
CREATE INDEX run_twin ON run (graph_id, version, input_sha256, seed) WHERE state = 'SUCCEEDED';
CREATE INDEX run_queued ON run (queue_deadline_at) WHERE state = 'QUEUED';
CREATE INDEX run_due ON run (deadline_at) WHERE state IN ('RUNNING', 'WAITING');
CREATE INDEX run_stopping ON run (stop_requested_at)
    WHERE stop_state IS NOT NULL AND state IN ('QUEUED', 'RUNNING', 'WAITING');

CREATE TRIGGER run_final_state BEFORE UPDATE ON run FOR EACH ROW EXECUTE FUNCTION refuse_leaving_final_state();
COMMENT ON COLUMN run.stop_state IS 'How the run will end once nothing of it is running; the first request wins.';
COMMENT ON COLUMN run.last_event IS 'The number of its newest event; raised under this row''s lock.';
COMMENT ON COLUMN run.paired_run_id IS 'The run of the same input under text that this one is compared with.';
