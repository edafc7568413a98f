CREATE TABLE t (id int PRIMARY KEY, txt text);
\set v changed
SELECT 'INSERT INTO t VALUES (1, '':v \g'')' \gexec
