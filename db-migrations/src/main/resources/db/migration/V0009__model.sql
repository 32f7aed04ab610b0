-- What is known of a model from its headers. Rows follow the files on disk; a file that went away leaves its row
-- with available = false, because published versions name it.
CREATE TABLE model (
    name               text PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 200),
    kind               text NOT NULL CHECK (kind IN ('LOCAL', 'REMOTE', 'ECHO')),
    digest             text NOT NULL CHECK (char_length(digest) <= 64),
    family             text NOT NULL DEFAULT '' CHECK (char_length(family) <= 100),
    format             text NOT NULL DEFAULT '' CHECK (char_length(format) <= 100),
    layers             integer NOT NULL DEFAULT 0 CHECK (layers >= 0),
    hidden_size        integer NOT NULL DEFAULT 0 CHECK (hidden_size >= 0),
    heads              integer NOT NULL DEFAULT 0 CHECK (heads >= 0),
    kv_heads           integer NOT NULL DEFAULT 0 CHECK (kv_heads >= 0),
    head_dim           integer NOT NULL DEFAULT 0 CHECK (head_dim >= 0),
    vocabulary_size    integer NOT NULL DEFAULT 0 CHECK (vocabulary_size >= 0),
    context_length     integer NOT NULL DEFAULT 0 CHECK (context_length >= 0),
    size_in_bytes      bigint NOT NULL DEFAULT 0 CHECK (size_in_bytes >= 0),
    available          boolean NOT NULL DEFAULT true,
    problem            text CHECK (char_length(problem) <= 4000),
    registered_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN model.problem IS 'Why the file is refused; absent when it is sound.';
