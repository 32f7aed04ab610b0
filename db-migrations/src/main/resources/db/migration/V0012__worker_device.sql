CREATE TABLE worker_device (
    worker_id       uuid NOT NULL REFERENCES worker ON DELETE CASCADE,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    kind            text NOT NULL CHECK (kind IN ('CPU', 'CUDA')),
    description     text NOT NULL CHECK (char_length(description) <= 300),
    memory_in_bytes bigint NOT NULL CHECK (memory_in_bytes >= 0),
    PRIMARY KEY (worker_id, name)
);
