ALTER TABLE edge_use
    ADD COLUMN from_node  text CHECK (char_length(from_node) <= 64),
    ADD COLUMN to_node    text CHECK (char_length(to_node) <= 64),
    ADD COLUMN from_model text CHECK (char_length(from_model) <= 200),
    ADD COLUMN to_model   text CHECK (char_length(to_model) <= 200);
CREATE INDEX edge_use_pair ON edge_use (from_model, to_model) WHERE from_model IS NOT NULL;
COMMENT ON COLUMN edge_use.from_model IS 'As the graph names it; absent where an end is no agent, and in rows older than the column.';
