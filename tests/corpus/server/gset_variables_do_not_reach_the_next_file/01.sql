CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT 1 AS a \gset
\set b 2
