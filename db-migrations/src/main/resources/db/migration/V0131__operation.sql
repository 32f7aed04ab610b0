-- What takes long and is not a run: the training of a fuser. Leased to one worker at a time, like an island.
CREATE TABLE operation (
    id                uuid PRIMARY KEY,
    owner_id          uuid NOT NULL REFERENCES app_user ON DELETE RESTRICT,
    kind              text NOT NULL CHECK (kind IN ('FUSER_TRAINING')),
    state             text NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    pool              text NOT NULL CHECK (char_length(pool) BETWEEN 1 AND 100),
    fuser             text NOT NULL CHECK (char_length(fuser) BETWEEN 1 AND 100),
    sharer            text NOT NULL CHECK (char_length(sharer) BETWEEN 1 AND 200),
    receiver          text NOT NULL CHECK (char_length(receiver) BETWEEN 1 AND 200),
    recipe            json NOT NULL CHECK (octet_length(recipe::text) <= 65536),
    epoch             bigint NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    worker_id         uuid REFERENCES worker ON DELETE RESTRICT,
    worker_name       text CHECK (char_length(worker_name) <= 200),
    lease_until       timestamptz,
    losses            integer NOT NULL DEFAULT 0 CHECK (losses >= 0),
    stop_requested_at timestamptz,
    result            json CHECK (octet_length(result::text) <= 65536),
    error             json CHECK (octet_length(error::text) <= 65536),
    last_event        bigint NOT NULL DEFAULT 0 CHECK (last_event >= 0),
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    ready_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at        timestamptz,
    finished_at       timestamptz,
    CHECK ((state = 'RUNNING') = (worker_id IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK ((worker_id IS NULL) = (lease_until IS NULL)),
    CHECK ((state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (finished_at IS NOT NULL)),
    CHECK (state NOT IN ('RUNNING', 'SUCCEEDED') OR started_at IS NOT NULL),
    CHECK ((state = 'FAILED') = (error IS NOT NULL)),
    CHECK (state = 'SUCCEEDED' OR result IS NULL)
);

CREATE INDEX operation_newest_of_owner ON operation (owner_id, created_at DESC, id DESC);
CREATE INDEX operation_claim ON operation (pool, created_at, id) WHERE state IN ('QUEUED', 'RUNNING');
CREATE UNIQUE INDEX operation_open_fuser ON operation (fuser) WHERE state IN ('QUEUED', 'RUNNING');
CREATE TRIGGER operation_final_state BEFORE UPDATE ON operation FOR EACH ROW EXECUTE FUNCTION refuse_leaving_final_state();
CREATE TRIGGER operation_epoch BEFORE UPDATE ON operation FOR EACH ROW EXECUTE FUNCTION refuse_lowering_epoch();
COMMENT ON COLUMN operation.losses IS 'How many workers fell silent while they had it.';
COMMENT ON COLUMN operation.ready_at IS 'When it may be claimed; in the future after a worker had no room for it.';
