CREATE TABLE island_model (
    island_id uuid NOT NULL REFERENCES island ON DELETE CASCADE,
    model     text NOT NULL CHECK (char_length(model) BETWEEN 1 AND 200),
    digest    text NOT NULL CHECK (char_length(digest) <= 64),
    PRIMARY KEY (island_id, model)
);
COMMENT ON COLUMN island_model.digest IS 'The locked digest; empty when any will do.';
