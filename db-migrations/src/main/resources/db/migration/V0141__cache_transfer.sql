-- A sealed cache on its way from one pool's worker to another's. It can be received once the step that sent it has committed.
CREATE TABLE cache_transfer (
    id         uuid PRIMARY KEY,
    run_id     uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    edge       text NOT NULL CHECK (char_length(edge) BETWEEN 1 AND 64),
    state      text NOT NULL CHECK (state IN ('STAGED', 'READY')),
    bytes      bigint NOT NULL CHECK (bytes > 0),
    chunks     integer NOT NULL CHECK (chunks > 0),
    expires_at timestamptz NOT NULL,
    ready_at   timestamptz,
    CHECK ((state = 'READY') = (ready_at IS NOT NULL))
);
CREATE UNIQUE INDEX cache_transfer_ready ON cache_transfer (run_id, edge) WHERE state = 'READY';
CREATE INDEX cache_transfer_of_run ON cache_transfer (run_id);
CREATE INDEX cache_transfer_expiry ON cache_transfer (expires_at);

CREATE TABLE cache_chunk (
    transfer_id uuid NOT NULL REFERENCES cache_transfer ON DELETE CASCADE,
    number      integer NOT NULL CHECK (number >= 0),
    bytes       bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    PRIMARY KEY (transfer_id, number)
);
-- What is sealed cannot be made smaller.
ALTER TABLE cache_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
