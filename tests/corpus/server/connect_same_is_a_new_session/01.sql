CREATE TABLE t (id int PRIMARY KEY, txt text);
CREATE TEMP TABLE gone (a int);
SET application_name = 'set before';
\connect
INSERT INTO t VALUES (1, (to_regclass('pg_temp.gone') IS NULL)::text), (2, (current_setting('application_name') = 'set before')::text);
