ALTER TABLE edge_use ADD COLUMN hop jsonb CHECK (octet_length(hop::text) <= 4000);
COMMENT ON COLUMN edge_use.hop IS 'Between which pools and workers the cache travelled, its sealed bytes, and times; absent where it did not.';
