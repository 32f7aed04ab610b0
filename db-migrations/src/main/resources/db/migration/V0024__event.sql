CREATE TABLE event (
    run_id  uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    seq     bigint NOT NULL CHECK (seq > 0),
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    name    text NOT NULL CHECK (name ~ '^[a-z]+(\.[a-z_]+)?$' AND char_length(name) <= 50),
    step_id uuid REFERENCES step ON DELETE CASCADE,
    node    text CHECK (char_length(node) <= 64),
    edge    text CHECK (char_length(edge) <= 64),
    data    json NOT NULL DEFAULT '{}' CHECK (octet_length(data::text) <= 262144),
    PRIMARY KEY (run_id, seq)
);

CREATE UNIQUE INDEX event_terminal ON event (run_id)
    WHERE name IN ('run.succeeded', 'run.failed', 'run.cancelled', 'run.timed_out');
CREATE INDEX event_step ON event (step_id) WHERE step_id IS NOT NULL;
CREATE INDEX event_delta_age ON event (at) WHERE name = 'step.delta';
