ALTER TABLE edge_use ADD COLUMN wire jsonb CHECK (octet_length(wire::text) <= 20000);
COMMENT ON COLUMN edge_use.wire IS 'What of the sharer''s cache crossed: codec, bytes, layers, noise, measured risk; absent for text.';
