CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT 1 AS a, 'it''s; "b" \ c' AS b, NULL AS c, true AS d, ARRAY[1,2] AS e \gset
INSERT INTO t VALUES (:a, :'b'), (2, :'d'), (3, :'e'), (4, :{?c}::text);
