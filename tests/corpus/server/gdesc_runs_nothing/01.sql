CREATE TABLE t (id int PRIMARY KEY, txt text);
CREATE SEQUENCE s;
SELECT nextval('s') \gdesc
INSERT INTO t VALUES (1, nextval('s')::text);
