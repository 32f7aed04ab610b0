-- Steps joined by cache edges: what is claimed, leased and recovered together.
CREATE TABLE island (
    id          uuid PRIMARY KEY,
    run_id      uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    number      integer NOT NULL CHECK (number >= 0),
    state       text NOT NULL CHECK (state IN
        ('PENDING', 'READY', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED')),
    pool        text NOT NULL CHECK (char_length(pool) BETWEEN 1 AND 100),
    priority    integer NOT NULL CHECK (priority BETWEEN -100 AND 100),
    timeout_ms  bigint NOT NULL CHECK (timeout_ms > 0),
    epoch       bigint NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    worker_id   uuid REFERENCES worker ON DELETE RESTRICT,
    lease_until timestamptz,
    progress_at timestamptz,
    deadline_at timestamptz,
    last_worker text CHECK (char_length(last_worker) <= 200),
    ready_at    timestamptz,
    claimed_at  timestamptz,
    finished_at timestamptz,
    UNIQUE (run_id, number),
    CHECK ((state = 'RUNNING') = (worker_id IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK ((state = 'RUNNING') = (progress_at IS NOT NULL AND deadline_at IS NOT NULL)),
    CHECK ((worker_id IS NULL) = (lease_until IS NULL)),
    CHECK ((state IN ('SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED')) = (finished_at IS NOT NULL)),
    CHECK (state NOT IN ('READY', 'RUNNING', 'SUCCEEDED') OR ready_at IS NOT NULL),
    CHECK (finished_at >= claimed_at)
);

CREATE INDEX island_claim ON island (pool, priority DESC, ready_at, id) WHERE state = 'READY';
CREATE INDEX island_lease ON island (lease_until) WHERE state = 'RUNNING';
CREATE INDEX island_of_worker ON island (worker_id) WHERE state = 'RUNNING';
CREATE TRIGGER island_final_state BEFORE UPDATE ON island FOR EACH ROW EXECUTE FUNCTION refuse_leaving_final_state();
CREATE TRIGGER island_epoch BEFORE UPDATE ON island FOR EACH ROW EXECUTE FUNCTION refuse_lowering_epoch();
COMMENT ON COLUMN island.ready_at IS 'When it may be claimed; in the future while a retry is held back.';
COMMENT ON COLUMN island.last_worker IS 'Who lost or failed it last; another one is preferred.';
