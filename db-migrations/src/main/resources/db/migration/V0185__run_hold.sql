-- Runs that were taken on and may not start yet: before their time, or behind others of their concurrency key.
CREATE TABLE run_hold (
    run_id      uuid PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    number      bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    on_conflict text NOT NULL CHECK (on_conflict IN ('ALLOW', 'QUEUE', 'CANCEL_PREVIOUS')),
    start_after timestamptz
);

CREATE INDEX run_hold_due ON run_hold (start_after);
COMMENT ON COLUMN run_hold.number IS 'The order in which runs of one key go on.';
COMMENT ON COLUMN run_hold.start_after IS 'Absent: at once.';
