CREATE TABLE audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor      text NOT NULL CHECK (char_length(actor) <= 200),
    origin     text NOT NULL CHECK (char_length(origin) <= 200),
    action     text NOT NULL CHECK (char_length(action) <= 100),
    subject    text NOT NULL CHECK (char_length(subject) <= 300),
    outcome    text NOT NULL CHECK (outcome IN ('DONE', 'REFUSED', 'FAILED')),
    request_id text CHECK (char_length(request_id) <= 100)
);

CREATE INDEX audit_at ON audit (at);

CREATE FUNCTION refuse_rewriting_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is only ever added to.' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_is_insert_only BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_audit();
COMMENT ON COLUMN audit.origin IS 'The client''s address, or the name of the process.';
