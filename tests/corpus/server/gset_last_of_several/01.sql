CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT 1 AS a\; SELECT 2 AS a, 3 AS b \gset
INSERT INTO t VALUES (:a, :'b');
