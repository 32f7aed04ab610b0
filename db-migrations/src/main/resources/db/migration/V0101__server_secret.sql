-- Secrets that all servers of an installation share and none of its users may know.
CREATE TABLE server_secret (
    name       text PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 100),
    value      bytea NOT NULL CHECK (octet_length(value) BETWEEN 16 AND 1024),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
