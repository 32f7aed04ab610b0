-- Addresses at which others start runs, and the calls that did.
CREATE TABLE run_trigger (
    id               uuid PRIMARY KEY,
    owner_id         uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    name             text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    graph_id         uuid NOT NULL REFERENCES graph ON DELETE CASCADE,
    version          integer CHECK (version > 0),
    auth             text NOT NULL CHECK (auth IN ('SIGNATURE', 'KEY')),
    input            json NOT NULL CHECK (octet_length(input::text) <= 65536),
    enabled          boolean NOT NULL DEFAULT true,
    secret           text NOT NULL CHECK (char_length(secret) <= 1000),
    old_secret       text CHECK (char_length(old_secret) <= 1000),
    old_secret_until timestamptz,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
);

CREATE INDEX run_trigger_of_owner ON run_trigger (owner_id, id DESC);
CREATE INDEX run_trigger_of_graph ON run_trigger (graph_id);

CREATE TABLE trigger_call (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    trigger_id  uuid NOT NULL REFERENCES run_trigger ON DELETE CASCADE,
    message_id  text CHECK (char_length(message_id) BETWEEN 1 AND 255),
    body_sha256 text NOT NULL CHECK (body_sha256 ~ '^[0-9a-f]{64}$'),
    run_id      uuid REFERENCES run ON DELETE SET NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (trigger_id, message_id)
);

CREATE INDEX trigger_call_recent ON trigger_call (trigger_id, at);
CREATE INDEX trigger_call_age ON trigger_call (at);
CREATE INDEX trigger_call_of_run ON trigger_call (run_id) WHERE run_id IS NOT NULL;
COMMENT ON COLUMN run_trigger.input IS 'Template by name of a field of the run''s input.';
COMMENT ON COLUMN run_trigger.secret IS 'Sealed, for it is needed to verify signatures; of a KEY trigger the digest of the key, sealed.';
COMMENT ON COLUMN trigger_call.message_id IS 'The sender''s name for the message; absent when it has none.';
