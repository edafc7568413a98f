CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT 1 AS "a b" \gset
INSERT INTO t VALUES (1, 'after');
