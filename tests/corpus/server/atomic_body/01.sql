SELECT current_setting('server_version_num')::int >= 140000 AS atomic \gset
\if :atomic
CREATE FUNCTION f(n int) RETURNS text LANGUAGE sql
BEGIN ATOMIC
  SELECT 'unused';
  SELECT CASE WHEN n > 1 THEN 'many' ELSE 'one' END;
END;
CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, f(1)), (2, f(2));
\endif
