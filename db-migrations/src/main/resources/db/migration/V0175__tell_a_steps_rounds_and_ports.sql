-- A node of a loop has a step for each round; a step may leave by another port than out.
ALTER TABLE step
    ADD COLUMN visit integer NOT NULL DEFAULT 0 CHECK (visit >= 0),
    ADD COLUMN ports text[] NOT NULL DEFAULT '{out}' CHECK (cardinality(ports) <= 100),
    ADD UNIQUE (run_id, node, visit);
COMMENT ON COLUMN step.visit IS 'How many steps its node had in this run before; the newest one counts.';
COMMENT ON COLUMN step.ports IS 'By which ports it was left; meaningful once it has ended.';
