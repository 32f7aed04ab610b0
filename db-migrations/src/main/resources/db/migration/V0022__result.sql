CREATE TABLE result (
    step_id       uuid PRIMARY KEY REFERENCES step ON DELETE CASCADE,
    epoch         bigint NOT NULL,
    text          text CHECK (octet_length(text) <= 1048576),
    truncated     boolean NOT NULL DEFAULT false,
    value         json CHECK (octet_length(value::text) <= 16777216),
    finish_reason text CHECK (finish_reason IN ('STOP', 'LENGTH', 'TOOL', 'ERROR')),
    prompt_sha256 text CHECK (prompt_sha256 ~ '^[0-9a-f]{64}$'),
    messages      json CHECK (octet_length(messages::text) <= 16777216),
    committed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (step_id, epoch) REFERENCES attempt (step_id, epoch) ON DELETE CASCADE
);
COMMENT ON COLUMN result.text IS 'Absent when the node wrote nothing: a sharer that was only prefilled.';
COMMENT ON COLUMN result.value IS 'What an input or output node holds, and the JSON of an agent that was asked for it.';
