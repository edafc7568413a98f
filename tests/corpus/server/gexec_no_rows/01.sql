CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT 'CREATE TABLE nope ()' WHERE false \gexec
INSERT INTO t VALUES (1, 'after');
