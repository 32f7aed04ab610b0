CREATE TABLE graph_version (
    graph_id     uuid NOT NULL REFERENCES graph ON DELETE RESTRICT,
    number       integer NOT NULL CHECK (number > 0),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    document     text NOT NULL CHECK (octet_length(document) <= 2097152),
    layout       text NOT NULL DEFAULT '{}' CHECK (octet_length(layout) <= 2097152),
    lock         jsonb NOT NULL CHECK (octet_length(lock::text) <= 262144),
    notes        text NOT NULL DEFAULT '' CHECK (char_length(notes) <= 10000),
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_by uuid NOT NULL REFERENCES app_user ON DELETE RESTRICT,
    PRIMARY KEY (graph_id, number),
    UNIQUE (graph_id, sha256)
);

CREATE FUNCTION refuse_changing_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Version % of a graph is published and cannot change.', OLD.number USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER graph_version_is_immutable BEFORE UPDATE ON graph_version
    FOR EACH ROW EXECUTE FUNCTION refuse_changing_version();
COMMENT ON COLUMN graph_version.sha256 IS 'Of the RFC 8785 form of the document as sent.';
COMMENT ON COLUMN graph_version.lock IS 'Digests of the models and fusers it names; not part of its identity.';
