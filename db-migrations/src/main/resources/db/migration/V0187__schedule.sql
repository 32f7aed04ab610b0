-- When to start runs by the clock.
CREATE TABLE schedule (
    id          uuid PRIMARY KEY,
    owner_id    uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    name        text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    graph_id    uuid NOT NULL REFERENCES graph ON DELETE CASCADE,
    version     integer CHECK (version > 0),
    state       text NOT NULL CHECK (state IN ('ACTIVE', 'PAUSED')),
    cron        text CHECK (char_length(cron) BETWEEN 9 AND 200),
    every_ms    bigint CHECK (every_ms BETWEEN 1000 AND 31622400000),
    time_zone   text NOT NULL CHECK (char_length(time_zone) BETWEEN 1 AND 100),
    input       json NOT NULL CHECK (octet_length(input::text) <= 65536),
    overlap     text NOT NULL CHECK (overlap IN ('SKIP', 'BUFFER_ONE', 'ALLOW_ALL', 'CANCEL_OTHER')),
    catch_up_ms bigint NOT NULL CHECK (catch_up_ms BETWEEN 1000 AND 31622400000),
    jitter_ms   bigint NOT NULL CHECK (jitter_ms BETWEEN 0 AND 86400000),
    next_due_at timestamptz,
    next_run_at timestamptz,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((cron IS NULL) <> (every_ms IS NULL)),
    CHECK ((state = 'ACTIVE') = (next_due_at IS NOT NULL)),
    CHECK ((next_due_at IS NULL) = (next_run_at IS NULL)),
    CHECK (next_run_at >= next_due_at)
);

CREATE INDEX schedule_of_owner ON schedule (owner_id, id DESC);
CREATE INDEX schedule_of_graph ON schedule (graph_id);
CREATE INDEX schedule_due ON schedule (next_run_at) WHERE state = 'ACTIVE';
COMMENT ON COLUMN schedule.next_due_at IS 'The next time that its rule names.';
COMMENT ON COLUMN schedule.next_run_at IS 'The same with its share of the jitter.';

ALTER TABLE run ADD COLUMN schedule_id uuid REFERENCES schedule ON DELETE SET NULL;
CREATE INDEX run_of_schedule ON run (schedule_id) WHERE schedule_id IS NOT NULL;
CREATE INDEX run_open_of_schedule ON run (schedule_id) WHERE schedule_id IS NOT NULL AND finished_at IS NULL;
