ALTER TABLE edge_use ADD COLUMN layers text NOT NULL DEFAULT '' CHECK (layers ~ '^([0-9]{1,4}(,[0-9]{1,4})*)?$' AND char_length(layers) <= 5000);
COMMENT ON COLUMN edge_use.layers IS 'The receiver''s layers that the cache crossed in, ascending; empty for text, and for all.';
