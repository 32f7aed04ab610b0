CREATE TABLE graph (
    id          uuid PRIMARY KEY,
    owner_id    uuid NOT NULL REFERENCES app_user ON DELETE RESTRICT,
    name        text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    title       text NOT NULL CHECK (char_length(title) <= 200),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    archived_at timestamptz
);

CREATE UNIQUE INDEX graph_name ON graph (owner_id, name) WHERE archived_at IS NULL;
