CREATE TABLE api_key (
    id            text PRIMARY KEY CHECK (id ~ '^[0-9a-z]{8}$'),
    user_id       uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    secret_sha256 text NOT NULL CHECK (secret_sha256 ~ '^[0-9a-f]{64}$'),
    scopes        text[] NOT NULL CHECK (cardinality(scopes) BETWEEN 1 AND 20),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    last_used_at  timestamptz,
    CHECK (expires_at > created_at)
);

CREATE INDEX api_key_user ON api_key (user_id);
