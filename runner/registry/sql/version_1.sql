-- Version 1 of the registry. Further files migrate the tables to later versions. They must not
-- UPDATE rows of runner.run: the xmin of a row proves the ids in it (see guard/sql/look.sql).
CREATE SCHEMA {registry};
CREATE TABLE {registry}.run (
    id                bigint PRIMARY KEY,
    started_at        timestamptz NOT NULL,
    finished_at       timestamptz NOT NULL,
    role              text NOT NULL,
    client            text NOT NULL,
    runner_version    text NOT NULL,
    git_revision      text,
    system_identifier bigint,
    first_xid         bigint NOT NULL,
    last_xid          bigint NOT NULL,
    other_xids        bigint[] NOT NULL,
    tables            oid[] NOT NULL
);
CREATE TABLE {registry}.script (
    run      bigint NOT NULL REFERENCES {registry}.run ON DELETE CASCADE,
    position integer NOT NULL,
    name     text NOT NULL,
    sha256   text NOT NULL,
    PRIMARY KEY (run, position)
);
COMMENT ON COLUMN {registry}.run.first_xid IS
    'Rows of its tables whose xmin is from first_xid to last_xid, and not in other_xids, are its own';
COMMENT ON COLUMN {registry}.run.tables IS 'Those that this run created, or that held nothing but rows of earlier runs before it';
COMMENT ON SCHEMA {registry} IS
    'Registry of raw-sql-runner, version 1: which scripts were applied, when and by whom';
