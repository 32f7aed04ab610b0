ALTER TABLE run
    ADD COLUMN webhook_id uuid REFERENCES webhook ON DELETE SET NULL,
    ADD COLUMN concurrency_key text CHECK (char_length(concurrency_key) BETWEEN 1 AND 200);

CREATE INDEX run_webhook ON run (webhook_id) WHERE webhook_id IS NOT NULL;
CREATE INDEX run_open_of_key ON run (owner_id, graph_id, concurrency_key)
    WHERE concurrency_key IS NOT NULL AND finished_at IS NULL;
COMMENT ON COLUMN run.concurrency_key IS 'Runs of one graph and key may be made to wait for each other.';
