CREATE TABLE graph_draft (
    graph_id   uuid PRIMARY KEY REFERENCES graph ON DELETE CASCADE,
    document   text NOT NULL CHECK (octet_length(document) <= 2097152),
    layout     text NOT NULL DEFAULT '{}' CHECK (octet_length(layout) <= 2097152),
    revision   bigint NOT NULL CHECK (revision > 0),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN graph_draft.document IS 'Text as sent: a draft may be anything, and its digest is of what was sent.';
COMMENT ON COLUMN graph_draft.revision IS 'The ETag.';
