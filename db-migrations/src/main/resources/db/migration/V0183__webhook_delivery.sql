-- What webhooks are still to be told, and what they were told.
CREATE TABLE webhook_delivery (
    id            uuid PRIMARY KEY,
    message_id    uuid NOT NULL,
    webhook_id    uuid NOT NULL REFERENCES webhook ON DELETE CASCADE,
    run_id        uuid REFERENCES run ON DELETE SET NULL,
    seq           bigint NOT NULL CHECK (seq > 0),
    event         text NOT NULL CHECK (char_length(event) <= 50),
    event_at      timestamptz NOT NULL,
    state         text NOT NULL CHECK (state IN ('PENDING', 'SENDING', 'DELIVERED', 'DEAD')),
    attempts      integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_until timestamptz,
    body          text CHECK (octet_length(body) <= 2097152),
    status_code   integer CHECK (status_code BETWEEN 100 AND 999),
    error         text CHECK (char_length(error) <= 1000),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at   timestamptz,
    CHECK ((state = 'SENDING') = (claimed_until IS NOT NULL)),
    CHECK ((state IN ('DELIVERED', 'DEAD')) = (finished_at IS NOT NULL)),
    CHECK (state <> 'DELIVERED' OR error IS NULL)
);

CREATE UNIQUE INDEX webhook_delivery_once ON webhook_delivery (webhook_id, run_id, seq) WHERE id = message_id;
CREATE INDEX webhook_delivery_newest ON webhook_delivery (webhook_id, id DESC);
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at) WHERE state = 'PENDING';
CREATE INDEX webhook_delivery_claimed ON webhook_delivery (claimed_until) WHERE state = 'SENDING';
CREATE INDEX webhook_delivery_age ON webhook_delivery (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX webhook_delivery_of_run ON webhook_delivery (run_id) WHERE run_id IS NOT NULL;
CREATE TRIGGER webhook_delivery_final_state BEFORE UPDATE ON webhook_delivery
    FOR EACH ROW EXECUTE FUNCTION refuse_leaving_final_state();
COMMENT ON COLUMN webhook_delivery.message_id IS 'What receivers know it by; a delivery that was asked for again keeps it.';
COMMENT ON COLUMN webhook_delivery.body IS 'Written before the first try, so that every try sends the same bytes.';
COMMENT ON COLUMN webhook_delivery.claimed_until IS 'A process that has not told by then is taken for dead.';
