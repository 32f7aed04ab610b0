-- A study looks into one model, or into a pair and its fuser; it is asked for as JSON, like a training.
ALTER TABLE operation RENAME COLUMN recipe TO request;
ALTER TABLE operation
    ALTER COLUMN fuser DROP NOT NULL,
    ALTER COLUMN sharer DROP NOT NULL,
    DROP CONSTRAINT operation_kind_check,
    DROP CONSTRAINT operation_result_check,
    ADD CHECK (kind IN ('FUSER_TRAINING', 'STUDY')),
    ADD CHECK (kind <> 'FUSER_TRAINING' OR (fuser IS NOT NULL AND sharer IS NOT NULL)),
    ADD CHECK (octet_length(result::text) <= 4194304);
DROP INDEX operation_open_fuser;
CREATE UNIQUE INDEX operation_open_fuser ON operation (fuser)
    WHERE kind = 'FUSER_TRAINING' AND state IN ('QUEUED', 'RUNNING');
DROP INDEX operation_claim;
CREATE INDEX operation_claim ON operation (pool, kind, created_at, id) WHERE state IN ('QUEUED', 'RUNNING');
COMMENT ON COLUMN operation.receiver IS 'Or the only model that a study looks into.';
