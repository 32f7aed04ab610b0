ALTER TABLE step
    ADD COLUMN reused_from uuid REFERENCES step ON DELETE SET NULL,
    ADD COLUMN edited boolean NOT NULL DEFAULT false,
    ADD CHECK (NOT edited OR state = 'REUSED');
CREATE INDEX step_reused_from ON step (reused_from) WHERE reused_from IS NOT NULL;
COMMENT ON COLUMN step.reused_from IS 'The step of an earlier run whose result it has; absent if it has its own, or that run is gone.';
COMMENT ON COLUMN step.edited IS 'Whether its result was put in by hand.';
