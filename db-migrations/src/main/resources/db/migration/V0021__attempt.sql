CREATE TABLE attempt (
    step_id     uuid NOT NULL REFERENCES step ON DELETE CASCADE,
    number      integer NOT NULL CHECK (number > 0),
    epoch       bigint NOT NULL CHECK (epoch >= 0),
    state       text NOT NULL CHECK (state IN
        ('RUNNING', 'SUCCEEDED', 'FAILED', 'LOST', 'HUNG', 'RELEASED', 'CANCELLED')),
    worker      text NOT NULL CHECK (char_length(worker) BETWEEN 1 AND 200),
    error       json CHECK (octet_length(error::text) <= 262144),
    started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    PRIMARY KEY (step_id, number),
    UNIQUE (step_id, epoch),
    CHECK ((state <> 'RUNNING') = (finished_at IS NOT NULL)),
    CHECK (finished_at >= started_at)
);

CREATE UNIQUE INDEX attempt_running ON attempt (step_id) WHERE state = 'RUNNING';
CREATE UNIQUE INDEX attempt_succeeded ON attempt (step_id) WHERE state = 'SUCCEEDED';
CREATE TRIGGER attempt_final_state BEFORE UPDATE ON attempt FOR EACH ROW EXECUTE FUNCTION refuse_leaving_final_state();
COMMENT ON COLUMN attempt.worker IS 'The worker''s name: attempts outlive workers.';
