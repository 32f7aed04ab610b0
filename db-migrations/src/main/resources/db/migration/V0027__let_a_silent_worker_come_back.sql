-- A worker that was paused, or cut off from the database, is GONE to the others, and ACTIVE again when it beats again.
ALTER TABLE worker
    DROP CONSTRAINT worker_check,
    ADD CONSTRAINT worker_ended CHECK ((state = 'STOPPED') = (finished_at IS NOT NULL));
