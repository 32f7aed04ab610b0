-- Which models a worker can see. A claim only takes an island whose models all stand here with the locked digest.
CREATE TABLE worker_model (
    worker_id uuid NOT NULL REFERENCES worker ON DELETE CASCADE,
    model     text NOT NULL CHECK (char_length(model) BETWEEN 1 AND 200),
    digest    text NOT NULL CHECK (char_length(digest) <= 64),
    PRIMARY KEY (worker_id, model)
);
