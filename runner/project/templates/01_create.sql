-- Tables and triggers. Both files may run again: they change nothing that exists already.
CREATE TABLE IF NOT EXISTS notes (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
