CREATE TABLE app_user (
    id            uuid PRIMARY KEY,
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    role          text NOT NULL CHECK (role IN ('ADMIN', 'EDITOR', 'RUNNER', 'VIEWER')),
    password_hash text CHECK (char_length(password_hash) <= 500),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    disabled_at   timestamptz
);

CREATE UNIQUE INDEX app_user_name ON app_user (lower(name));
COMMENT ON COLUMN app_user.password_hash IS 'Absent: signs in by one-time link only.';
