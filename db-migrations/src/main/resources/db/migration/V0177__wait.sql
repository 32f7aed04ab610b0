-- What a run waits for from a person.
CREATE TABLE wait (
    id          uuid PRIMARY KEY,
    run_id      uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    step_id     uuid NOT NULL UNIQUE REFERENCES step ON DELETE CASCADE,
    state       text NOT NULL CHECK (state IN ('OPEN', 'ANSWERED', 'EXPIRED', 'CANCELLED')),
    prompt      text NOT NULL CHECK (octet_length(prompt) <= 1048576),
    form        json CHECK (octet_length(form::text) <= 262144),
    assignees   text[] NOT NULL DEFAULT '{}' CHECK (cardinality(assignees) <= 50),
    opened_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL,
    finished_at   timestamptz,
    action      text CHECK (action ~ '^[a-z][a-z0-9_]{0,63}$'),
    answer      json CHECK (octet_length(answer::text) <= 262144),
    answered_by uuid REFERENCES app_user ON DELETE SET NULL,
    CHECK ((state = 'OPEN') = (finished_at IS NULL)),
    CHECK ((state = 'ANSWERED') = (action IS NOT NULL))
);
CREATE INDEX wait_of_run ON wait (run_id);
CREATE INDEX wait_due ON wait (expires_at) WHERE state = 'OPEN';
CREATE TRIGGER wait_final_state BEFORE UPDATE ON wait FOR EACH ROW EXECUTE FUNCTION refuse_leaving_final_state();
