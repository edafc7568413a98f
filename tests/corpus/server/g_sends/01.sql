CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'one') \g
INSERT INTO t VALUES (2, 'two')
\g
CREATE SEQUENCE s;
SELECT nextval('s');
\g
\gx
INSERT INTO t VALUES (3, currval('s')::text) \gx
