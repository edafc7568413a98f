CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'before');
SELECT 1 AS a WHERE false \gset
INSERT INTO t VALUES (2, 'after');
