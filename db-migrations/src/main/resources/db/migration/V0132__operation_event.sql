CREATE TABLE operation_event (
    operation_id uuid NOT NULL REFERENCES operation ON DELETE CASCADE,
    seq          bigint NOT NULL CHECK (seq > 0),
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    name         text NOT NULL CHECK (name ~ '^operation\.[a-z_]+$' AND char_length(name) <= 50),
    data         json NOT NULL DEFAULT '{}' CHECK (octet_length(data::text) <= 65536),
    PRIMARY KEY (operation_id, seq)
);

CREATE UNIQUE INDEX operation_event_terminal ON operation_event (operation_id)
    WHERE name IN ('operation.succeeded', 'operation.failed', 'operation.cancelled');
