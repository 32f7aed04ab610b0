ALTER TABLE fuser
    ADD COLUMN gates_open integer NOT NULL DEFAULT 0 CHECK (gates_open >= 0),
    ADD COLUMN gates      integer NOT NULL DEFAULT 0 CHECK (gates >= 0);
