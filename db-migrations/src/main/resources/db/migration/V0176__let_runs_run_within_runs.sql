-- A subgraph, and each element of a map, is a run of its own, started and awaited by a step of the outer run.
ALTER TABLE run
    ADD COLUMN outer_step_id uuid REFERENCES step ON DELETE CASCADE,
    ADD COLUMN outer_run_id uuid REFERENCES run ON DELETE CASCADE,
    ADD COLUMN item integer CHECK (item >= 0),
    ADD COLUMN outer_told boolean NOT NULL DEFAULT false,
    ADD CHECK ((outer_step_id IS NULL) = (item IS NULL) AND (outer_step_id IS NULL) = (outer_run_id IS NULL));
CREATE UNIQUE INDEX run_of_item ON run (outer_step_id, item) WHERE outer_step_id IS NOT NULL;
CREATE INDEX run_within ON run (outer_run_id) WHERE outer_run_id IS NOT NULL;
CREATE INDEX run_untold ON run (outer_step_id) WHERE outer_step_id IS NOT NULL AND finished_at IS NOT NULL AND NOT outer_told;
COMMENT ON COLUMN run.item IS 'Which element of a map it runs for, from 0; 0 for a subgraph.';
COMMENT ON COLUMN run.outer_told IS 'Whether the outer step has taken note of its end.';
