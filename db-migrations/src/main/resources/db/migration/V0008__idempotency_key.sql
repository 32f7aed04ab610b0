-- The first answer to a POST, kept for its repetitions. The row is written in the transaction of what the request
-- did, so equal requests wait for each other on the primary key.
CREATE TABLE idempotency_key (
    owner_id    uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    method      text NOT NULL CHECK (char_length(method) <= 10),
    path        text NOT NULL CHECK (char_length(path) <= 1000),
    key         text NOT NULL CHECK (key ~ '^[!-~]{1,255}$'),
    body_sha256 text NOT NULL CHECK (body_sha256 ~ '^[0-9a-f]{64}$'),
    subject     text CHECK (char_length(subject) <= 200),
    status      integer CHECK (status BETWEEN 200 AND 499),
    answer      json CHECK (octet_length(answer::text) <= 1048576),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (owner_id, method, path, key)
);

CREATE INDEX idempotency_key_created ON idempotency_key (created_at);
COMMENT ON COLUMN idempotency_key.subject IS 'The id of what the request made, such as a run''s; absent when it made nothing.';
COMMENT ON COLUMN idempotency_key.answer IS 'Absent when the answer is read from the subject.';
