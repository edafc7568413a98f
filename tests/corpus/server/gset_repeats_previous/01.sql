CREATE TABLE t (id int PRIMARY KEY, txt text);
CREATE SEQUENCE s;
SELECT nextval('s') AS n;
\gset
INSERT INTO t VALUES (:n, 'ran twice');
