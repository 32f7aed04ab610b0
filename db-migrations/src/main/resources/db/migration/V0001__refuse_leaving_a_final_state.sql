-- Whatever has ended stays as it ended. Every table that carries a life cycle hangs this trigger on its rows:
-- a state is final exactly when finished_at is set.
CREATE FUNCTION refuse_leaving_final_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.finished_at IS NOT NULL AND (NEW.state <> OLD.state OR NEW.finished_at IS DISTINCT FROM OLD.finished_at) THEN
        RAISE EXCEPTION 'A row of % ended as % and cannot become %.', TG_TABLE_NAME, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_final_state';
    END IF;
    RETURN NEW;
END
$$;
