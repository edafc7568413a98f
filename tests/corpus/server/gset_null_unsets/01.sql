CREATE TABLE t (id int PRIMARY KEY, txt text);
\set x set
SELECT NULL AS x, 1 AS y \gset
INSERT INTO t VALUES (:y, :{?x}::text);
