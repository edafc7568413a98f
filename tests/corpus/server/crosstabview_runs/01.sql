CREATE TABLE t (id int PRIMARY KEY, txt text);
CREATE SEQUENCE s;
SELECT 'a' AS r, 'b' AS c, nextval('s') AS v \crosstabview
INSERT INTO t VALUES (1, nextval('s')::text);
