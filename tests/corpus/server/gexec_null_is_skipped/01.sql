CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT 'INSERT INTO t VALUES (1, ''a'')', NULL, 'INSERT INTO t VALUES (2, ''b;'')' \gexec
