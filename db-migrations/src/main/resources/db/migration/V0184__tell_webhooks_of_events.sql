-- Ids as the application makes them (UUIDv7): the milliseconds of the database's clock, then random bits.
CREATE FUNCTION uuid_by_time() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112), 'hex')::uuid
    FROM (
        SELECT overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3 FOR 6) FROM 1 FOR 6) AS bytes
    ) random
$$;

-- Whoever writes an event, server or worker, writes in the same transaction what webhooks are to be told of it.
CREATE FUNCTION tell_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO webhook_delivery (id, message_id, webhook_id, run_id, seq, event, event_at, state)
    SELECT made.id, made.id, made.webhook_id, NEW.run_id, NEW.seq, NEW.name, NEW.at, 'PENDING'
    FROM (
        SELECT uuid_by_time() AS id, w.id AS webhook_id
        FROM run r JOIN webhook w ON w.owner_id = r.owner_id
        WHERE r.id = NEW.run_id AND w.enabled AND NEW.name = ANY (w.events)
          AND (w.id = r.webhook_id OR w.runs = 'ALL' AND (w.graph_id IS NULL OR w.graph_id = r.graph_id))) made;
    IF FOUND THEN
        PERFORM pg_notify('kvasir_due', 'hook');
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER event_tells_webhooks AFTER INSERT ON event
    FOR EACH ROW WHEN (NEW.name LIKE 'run.%' OR NEW.name LIKE 'wait.%') EXECUTE FUNCTION tell_webhooks();
