CREATE TABLE worker (
    id           uuid PRIMARY KEY,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    pool         text NOT NULL CHECK (char_length(pool) BETWEEN 1 AND 100),
    state        text NOT NULL CHECK (state IN ('ACTIVE', 'DRAINING', 'STOPPED', 'GONE')),
    host         text NOT NULL CHECK (char_length(host) <= 300),
    pid          bigint NOT NULL CHECK (pid > 0),
    slots        integer NOT NULL CHECK (slots BETWEEN 1 AND 1000),
    version      text NOT NULL CHECK (char_length(version) <= 100),
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at  timestamptz,
    CHECK ((state IN ('STOPPED', 'GONE')) = (finished_at IS NOT NULL))
);

CREATE INDEX worker_alive ON worker (heartbeat_at) WHERE state IN ('ACTIVE', 'DRAINING');
CREATE TRIGGER worker_final_state BEFORE UPDATE ON worker FOR EACH ROW EXECUTE FUNCTION refuse_leaving_final_state();
