CREATE FUNCTION refuse_lowering_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.epoch < OLD.epoch THEN
        RAISE EXCEPTION 'The epoch of a row of % cannot fall from % to %.', TG_TABLE_NAME, OLD.epoch, NEW.epoch
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_epoch';
    END IF;
    RETURN NEW;
END
$$;
