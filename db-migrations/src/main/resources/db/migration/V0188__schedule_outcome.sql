-- What became of each due time. The row and the run are one transaction, so a due time starts one run whoever looks at it.
CREATE TABLE schedule_outcome (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id uuid NOT NULL REFERENCES schedule ON DELETE CASCADE,
    due_at      timestamptz NOT NULL,
    cause       text NOT NULL CHECK (cause IN ('DUE', 'ASKED')),
    outcome     text NOT NULL CHECK (outcome IN ('STARTED', 'BUFFERED', 'SKIPPED', 'MISSED', 'REFUSED')),
    run_id      uuid REFERENCES run ON DELETE SET NULL,
    detail      text CHECK (char_length(detail) <= 1000),
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (run_id IS NULL OR outcome = 'STARTED')
);

CREATE UNIQUE INDEX schedule_outcome_once ON schedule_outcome (schedule_id, due_at) WHERE cause = 'DUE';
CREATE UNIQUE INDEX schedule_outcome_buffered ON schedule_outcome (schedule_id) WHERE outcome = 'BUFFERED';
CREATE INDEX schedule_outcome_newest ON schedule_outcome (schedule_id, id DESC);
CREATE INDEX schedule_outcome_of_run ON schedule_outcome (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX schedule_outcome_age ON schedule_outcome (at);
