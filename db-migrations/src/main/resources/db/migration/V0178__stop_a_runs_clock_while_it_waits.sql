ALTER TABLE run ADD COLUMN waiting_since timestamptz;
UPDATE run SET waiting_since = clock_timestamp() WHERE state = 'WAITING';
ALTER TABLE run ADD CHECK ((state = 'WAITING') = (waiting_since IS NOT NULL));
COMMENT ON COLUMN run.waiting_since IS 'Its deadline moves on by the time it waits for people.';
