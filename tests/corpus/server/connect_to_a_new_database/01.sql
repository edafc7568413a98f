CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT current_database() AS here, current_database() || '_other' AS db \gset
SELECT format('CREATE DATABASE %I', :'db') \gexec
SET search_path TO nowhere;
\connect :db
CREATE TABLE there (a int);
INSERT INTO there VALUES (1);
\c :here
INSERT INTO t VALUES (1, 'back with a fresh session: ' || current_setting('search_path'));
