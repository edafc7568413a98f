CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT count(*) = 0 AS empty FROM t \gset
\if :empty
\set n 10
\else
\set n 20
\endif
INSERT INTO t VALUES (:n, 'n');
