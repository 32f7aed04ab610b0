-- Whom to tell of runs, and of what.
CREATE TABLE webhook (
    id               uuid PRIMARY KEY,
    owner_id         uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    name             text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    url              text NOT NULL CHECK (char_length(url) BETWEEN 1 AND 2000),
    events           text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 20),
    runs             text NOT NULL CHECK (runs IN ('ALL', 'NAMED')),
    graph_id         uuid REFERENCES graph ON DELETE CASCADE,
    fields           text NOT NULL CHECK (char_length(fields) BETWEEN 1 AND 100),
    enabled          boolean NOT NULL DEFAULT true,
    secret           text NOT NULL CHECK (char_length(secret) <= 1000),
    old_secret       text CHECK (char_length(old_secret) <= 1000),
    old_secret_until timestamptz,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
);

CREATE INDEX webhook_of_owner ON webhook (owner_id, id DESC);
CREATE INDEX webhook_of_graph ON webhook (graph_id) WHERE graph_id IS NOT NULL;
COMMENT ON COLUMN webhook.runs IS 'NAMED: only runs that name this webhook.';
COMMENT ON COLUMN webhook.secret IS 'Sealed; the seal names its key.';
COMMENT ON COLUMN webhook.old_secret IS 'The one before, by which messages are signed as well until its time is over.';
