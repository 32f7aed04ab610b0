CREATE TABLE fuser (
    name             text PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 200),
    sharer           text NOT NULL CHECK (char_length(sharer) <= 200),
    receiver         text NOT NULL CHECK (char_length(receiver) <= 200),
    digest           text NOT NULL CHECK (char_length(digest) <= 64),
    sharer_digest    text NOT NULL DEFAULT '' CHECK (char_length(sharer_digest) <= 64),
    receiver_digest  text NOT NULL DEFAULT '' CHECK (char_length(receiver_digest) <= 64),
    sharer_layers    integer NOT NULL DEFAULT 0 CHECK (sharer_layers >= 0),
    sharer_kv_heads  integer NOT NULL DEFAULT 0 CHECK (sharer_kv_heads >= 0),
    sharer_head_dim  integer NOT NULL DEFAULT 0 CHECK (sharer_head_dim >= 0),
    receiver_layers  integer NOT NULL DEFAULT 0 CHECK (receiver_layers >= 0),
    receiver_kv_heads integer NOT NULL DEFAULT 0 CHECK (receiver_kv_heads >= 0),
    receiver_head_dim integer NOT NULL DEFAULT 0 CHECK (receiver_head_dim >= 0),
    size_in_bytes    bigint NOT NULL DEFAULT 0 CHECK (size_in_bytes >= 0),
    available        boolean NOT NULL DEFAULT true,
    problem          text CHECK (char_length(problem) <= 4000),
    registered_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX fuser_pair ON fuser (sharer, receiver);
