-- What edges may carry. No row: everything.
CREATE TABLE edge_policy (
    scope_id     uuid PRIMARY KEY,
    opaque_edges text NOT NULL CHECK (opaque_edges IN ('ALLOWED', 'FORBIDDEN')),
    changed_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN edge_policy.scope_id IS 'An owner (app_user); a project, once there are projects. So no foreign key.';
