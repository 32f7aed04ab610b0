-- A graph of one agent, for whoever asks for a model by its name. It is in no list, and its name is one that nobody can give.
ALTER TABLE graph
    ADD COLUMN model text,
    DROP CONSTRAINT graph_name_check,
    ADD CHECK (CASE WHEN model IS NULL THEN name ~ '^[a-z][a-z0-9_]{0,63}$' ELSE name = 'model:' || model END);
COMMENT ON COLUMN graph.model IS 'The model that the graph stands for alone; null for a graph that somebody drew.';
