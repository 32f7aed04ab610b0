-- Runs of the same key, and schedules that hold one back, go on when a run ends. The notice is only a wake-up.
CREATE FUNCTION wake_after_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.concurrency_key IS NOT NULL THEN
        PERFORM pg_notify('kvasir_due', 'run');
    END IF;
    IF NEW.schedule_id IS NOT NULL THEN
        PERFORM pg_notify('kvasir_due', 'schedule');
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER run_end_wakes AFTER UPDATE OF finished_at ON run
    FOR EACH ROW WHEN (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL) EXECUTE FUNCTION wake_after_run();
