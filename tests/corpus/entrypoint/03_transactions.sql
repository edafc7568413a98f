-- What no transaction can hold, and transactions of its own.
BEGIN;
CREATE TABLE app.kept (i int);
SAVEPOINT a;
INSERT INTO app.kept VALUES (1);
ROLLBACK TO a;
INSERT INTO app.kept VALUES (2);
COMMIT;
BEGIN; DROP TABLE app.kept; ROLLBACK;
CREATE INDEX CONCURRENTLY kept_i ON app.kept (i);
VACUUM ANALYZE app.kept;
REINDEX TABLE CONCURRENTLY app.kept;
CREATE TYPE app.mood AS ENUM ('sad');
ALTER TYPE app.mood ADD VALUE 'happy';
CREATE TABLE app.moods (m app.mood DEFAULT 'happy');
INSERT INTO app.moods VALUES ('happy');
CREATE PROCEDURE app.twice() LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO app.moods VALUES ('sad'); COMMIT;
  INSERT INTO app.moods VALUES ('sad'); ROLLBACK;
END $$;
CALL app.twice();
DO $$ BEGIN INSERT INTO app.kept VALUES (3); COMMIT; END $$;
SET session_replication_role = replica;
CREATE TEMP TABLE scratch (i int);
CREATE TABLE app.parent (i int PRIMARY KEY);
CREATE TABLE app.child (i int REFERENCES app.parent DEFERRABLE INITIALLY DEFERRED);
INSERT INTO app.child VALUES (1);
ALTER TABLE app.child ADD COLUMN j int;
\set AUTOCOMMIT on
BEGIN;
CREATE TABLE app.never (i int);
